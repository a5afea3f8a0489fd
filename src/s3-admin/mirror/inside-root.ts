import { lstatSync, type Stats } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { LOCK_FILES } from '../state/run-lock.js';
import { ToolError } from '../tool-error.js';

/** Copies are written, read and counted below the root and nowhere else, so never through a link. */
export class SymbolicLink extends ToolError {
  constructor(path: string) {
    super(
      'symbolic_link',
      `${path} is a symbolic link, which the mirror does not follow: replace it by a folder, or remove it`,
      'then run it again',
    );
  }
}

/** @returns undefined if there is no regular file of this name, or the name leads through a file @throws SymbolicLink */
export function regularFile(root: string, path: string): Stats | undefined {
  const found = whatIsAt(root, path);
  return found?.isFile() ? found : undefined;
}

/** @throws SymbolicLink */
export function isFolder(root: string, path: string): boolean {
  return whatIsAt(root, path)?.isDirectory() === true;
}

/** What else lies in `MIRROR_ROOT/.mirror`. */
const OWN_NAMES = ['tmp', 'partial', 'id', 'source', 'root', ...LOCK_FILES.map((suffix) => `root${suffix}`)];

/**
 * A state file below the root is written to as well, and would replace another file of the mirror, or be replaced.
 * @throws ToolError `symbolic_link`, `bad_state`
 */
export function checkStateFile({ root, stateFile }: { root: string; stateFile: string }): void {
  if (!stateFile.startsWith(root + sep)) return;
  const [folder, name] = relative(root, stateFile).split(sep);
  if (folder === '.mirror' && OWN_NAMES.includes(name ?? '')) {
    throw new ToolError(
      'bad_state',
      `MIRROR_STATE_DB: got ${stateFile}, where the mirror keeps something else`,
      `set it to another path, or unset it for ${join(root, folder, 'state.db')}`,
    );
  }
  try {
    for (const suffix of ['', '-wal', '-shm', ...LOCK_FILES]) regularFile(root, `${stateFile}${suffix}`);
  } catch (cause) {
    if (!(cause instanceof SymbolicLink)) throw cause;
    throw new ToolError(
      'symbolic_link',
      cause.message,
      'if you keep the state file elsewhere, set MIRROR_STATE_DB to its real path; then run it again',
      { cause },
    );
  }
}

/** Checks each name from the root down, because any of them may be a link. */
function whatIsAt(root: string, path: string): Stats | undefined {
  let found: Stats | undefined;
  let at = root;
  for (const name of relative(root, path).split(sep)) {
    if (found && !found.isDirectory()) return undefined;
    at = join(at, name);
    found = lstatSync(at, { throwIfNoEntry: false });
    if (!found) return undefined;
    if (found.isSymbolicLink()) throw new SymbolicLink(at);
  }
  return found;
}
