import { type Dirent, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

const PROVIDER = /^terraform-provider-aws_v5\./;

/** The folder to hand to `terraform init -plugin-dir`. @throws Error where no provider is found */
export function providerMirror(): string {
  return up(providerProgram(), 6);
}

/**
 * The provider's own file, found below one of the usual places:
 * `<mirror>/registry.terraform.io/hashicorp/aws/<version>/<platform>/terraform-provider-aws_v5…`
 *
 * @throws Error where no provider is found: without it nothing about terraform/ is tested, and that is a failure
 */
export function providerProgram(): string {
  const given = process.env['TF_PLUGIN_MIRROR'];
  const places = [
    ...(given ? [given] : []),
    join(homedir(), '.terraform.d'),
    '/opt',
    '/usr/local/share',
    '/usr/local/lib',
    '/usr/share/terraform',
  ];
  for (const place of places) {
    const file = findProvider(place, 8);
    if (file) return file;
  }
  throw new Error(
    `The tests need terraform-provider-aws 5.100 or later as a file; there is none below ${places.join(', ')}. ` +
      'Make a mirror with `terraform providers mirror FOLDER` in terraform/ and set TF_PLUGIN_MIRROR=FOLDER.',
  );
}

function up(path: string, levels: number): string {
  return levels === 0 ? path : up(dirname(path), levels - 1);
}

/** Breadth first, because a mirror is wide at the top; folders that may not be read have nothing for us. */
function findProvider(folder: string, depth: number): string | undefined {
  const entries = list(folder);
  const file = entries.find((entry) => !entry.isDirectory() && PROVIDER.test(entry.name));
  if (file) return join(folder, file.name);
  if (depth === 0) return undefined;
  for (const entry of entries) {
    if (!entry.isDirectory() || entry.name === 'node_modules') continue;
    const found = findProvider(join(folder, entry.name), depth - 1);
    if (found) return found;
  }
  return undefined;
}

function list(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
