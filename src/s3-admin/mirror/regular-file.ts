import { type Stats, statSync } from 'node:fs';

/** @returns undefined where there is no regular file of this name, also where the name leads through a file */
export function regularFile(path: string): Stats | undefined {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    return found?.isFile() ? found : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw error;
  }
}
