import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { shared } from './shared.js';

const run = promisify(execFile);

/** Path of a program, also where the PATH of an ordinary user does not lead to it. */
export function findProgram(name: string): string | undefined {
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    '/usr/sbin',
    '/usr/local/bin',
    '/usr/bin',
  ];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Paths of the programs, after installing their Debian packages where one is missing and this user may.
 * @throws Error naming the packages where it may not: a missing server is a failure, never a skipped test
 */
export async function requirePrograms<Name extends string>(
  programs: readonly Name[],
  packages: readonly string[],
): Promise<Record<Name, string>> {
  if (!programs.every(findProgram)) await installPackages(packages);
  return Object.fromEntries(
    programs.map((name) => {
      const path = findProgram(name);
      if (!path) throw new Error(`${name} is missing, although ${packages.join(' ')} is installed`);
      return [name, path];
    }),
  ) as Record<Name, string>;
}

/** One at a time over all processes of the run: apt takes a lock and does not wait. */
export async function installPackages(packages: readonly string[]): Promise<void> {
  const wish = packages.join(' ');
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) {
    throw new Error(`The tests need ${wish}. Install: apt-get install --no-install-recommends ${wish}`);
  }
  await shared(`apt-${packages[0]}`, async () => {
    const options = {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      maxBuffer: 64 << 20,
    };
    const wait = ['-o', 'DPkg::Lock::Timeout=600'];
    try {
      await run('apt-get', [...wait, 'update'], options);
      await run('apt-get', [...wait, 'install', '-y', '--no-install-recommends', ...packages], options);
    } catch (cause) {
      throw new Error(`apt-get could not install ${wish}: ${(cause as Error).message}`, { cause });
    }
    return {};
  });
}
