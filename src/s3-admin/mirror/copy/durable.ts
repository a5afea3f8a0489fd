import { execFile } from 'node:child_process';
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Fewer files than this are synced one by one. */
const WORTH_SYNCFS = 16;
let syncfsMissing = process.platform !== 'linux';

/**
 * Makes files and folders survive a power cut: their bytes and their names are on the disk when this returns. Many at once
 * go by one syncfs(2) of their file system, which costs about as much as syncing a handful of them.
 *
 * @param anchor a folder on the same file system as all of them
 */
export async function makeDurable(paths: Iterable<string>, anchor: string): Promise<void> {
  const all = [...paths];
  if (all.length >= WORTH_SYNCFS && !syncfsMissing) {
    try {
      await run('sync', ['--file-system', anchor], { env: { ...process.env, LC_ALL: 'C' } });
      return;
    } catch (error) {
      // The program exits with 1 whatever went wrong; only its words tell a failing disk.
      if (/Input\/output error/.test((error as { stderr?: string }).stderr ?? ''))
        throw Object.assign(new Error(`EIO: i/o error, syncfs '${anchor}'`), { code: 'EIO' });
      // No such program, or an older one without the option: one by one, from now on.
      syncfsMissing = true;
    }
  }
  for (let i = 0; i < all.length; i += 8) await Promise.all(all.slice(i, i + 8).map(syncOne));
}

async function syncOne(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } catch (error) {
    // Some file systems can't sync folders (Windows); none of them loses names by it.
    if (!['EPERM', 'EINVAL', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  } finally {
    await handle.close();
  }
}
