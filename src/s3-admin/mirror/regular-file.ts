import { type Stats, statSync } from 'node:fs';

/** @returns undefined where there is no regular file of this name, also where the name leads through a file */
export function regularFile(path: string): Stats | undefined {
  const found = whatIsAt(path);
  return found?.isFile() ? found : undefined;
}

export function isFolder(path: string): boolean {
  return whatIsAt(path)?.isDirectory() === true;
}

function whatIsAt(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw error;
  }
}
