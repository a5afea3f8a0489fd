import { randomUUID } from 'node:crypto';
import { closeSync, constants, fstatSync, open } from 'node:fs';
import { lstat, rm, unlink, writeFile as writeWhole } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { abortWith, checkAborted } from '../../abort.js';
import { sha256Of } from '../../content.js';
import { resolveRange } from '../../range.js';
import type { Content, DeleteOptions, GetOptions, ObjectInfo, ObjectMeta } from '../../storage-backend.js';
import type { ObjectRead, PutResult, StorageBackend } from '../../storage-backend.js';
import { isStorageError, StorageError, type StorageErrorContext } from '../../storage.errors.js';
import type { StorageKey } from '../../storage-key.js';
import { openBody } from './file-body.js';
import { hasErrno, localError } from './local-errors.js';
import { LocalFolders, syncFolder } from './local-folders.js';
import { infoOf } from './local-info.js';
import { listFiles } from './local-listing.js';
import { writeFile } from './local-write.js';
import { sweepFolder } from './sweep.js';

const openFile = promisify(open);
/** Does not follow a link, nor wait for a pipe. */
const READ_FILE = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Files under one folder, MEDIA_ROOT, with the key as their path. Several processes may share the folder. */
export class LocalBackend implements StorageBackend {
  readonly name = 'local';
  readonly capabilities = { presign: false, versions: false, archive: false };
  readonly #folders: LocalFolders;

  /** @param root absolute path; made on the first write */
  constructor(root: string) {
    this.#folders = new LocalFolders(root);
  }

  put(key: StorageKey, content: Content, _meta: ObjectMeta): Promise<PutResult> {
    return this.#run('put', key, async (context) => {
      if (await this.#exists(key)) return this.#compare(key, content, context);
      const created = await writeFile(this.#folders, key, content, context);
      return created ? { created } : this.#compare(key, content, context);
    });
  }

  get(key: StorageKey, options: GetOptions = {}): Promise<ObjectRead> {
    return this.#run('get', key, async (context) => {
      checkAborted(options.signal, context);
      await this.#folders.folderOf(key);
      const fd = await openFile(this.#folders.pathOf(key), READ_FILE);
      let found: Omit<ObjectRead, 'body'>;
      try {
        // Of an open file this waits for no disk, and costs a fraction of a turn in the thread pool.
        const stats = fstatSync(fd);
        if (!stats.isFile()) throw notAFile(context);
        const info = infoOf(key, stats);
        if (options.ifMatch !== undefined && options.ifMatch !== info.etag) {
          throw new StorageError(
            'changed',
            `the file has changed; its ETag is no longer ${options.ifMatch}`,
            context,
          );
        }
        found = { info, range: resolveRange(options.range, stats.size, context) };
      } catch (error) {
        closeSync(fd);
        throw error;
      }
      const body = await openBody(fd, found.range, context, options.into);
      return { ...found, body: abortWith(body, options.signal, context) };
    });
  }

  stat(key: StorageKey): Promise<ObjectInfo> {
    return this.#run('stat', key, async (context) => {
      await this.#folders.folderOf(key);
      const stats = await lstat(this.#folders.pathOf(key));
      if (!stats.isFile()) throw notAFile(context);
      return infoOf(key, stats);
    });
  }

  /** Folders are never removed: where even that of a recorded file is gone, its disk is away, and the file may be there. */
  delete(key: StorageKey, options: DeleteOptions = {}): Promise<void> {
    return this.#run('delete', key, async (context) => {
      try {
        const folder = await this.#folders.folderOf(key);
        await unlink(this.#folders.pathOf(key));
        await syncFolder(folder);
      } catch (error) {
        // A read-only disk refuses even to remove what is not there.
        const gone = hasErrno(error, 'ENOENT') || (hasErrno(error, 'EROFS') && !(await this.#exists(key)));
        if (!gone) throw error;
        if (options.recorded) await this.#assertFolder(dirname(this.#folders.pathOf(key)), context);
      }
    });
  }

  async *list(options: { prefix?: string; after?: string } = {}): AsyncGenerator<ObjectInfo, void> {
    try {
      yield* listFiles(this.#folders.root, options);
    } catch (error) {
      throw localError(error, { operation: 'list', backend: this.name });
    }
  }

  /** Writes and removes a small file: only that reveals a disk that is full, read-only or forbidden. */
  probe(): Promise<void> {
    return this.#run('probe', undefined, async () => {
      const file = join(this.#folders.temporary, randomUUID());
      try {
        await this.#folders.within(this.#folders.temporary, () => writeWhole(file, 'probe', { flag: 'wx' }));
      } finally {
        await rm(file, { force: true });
      }
    });
  }

  sweep(olderThan: Date): Promise<number> {
    return this.#run('sweep', undefined, () => sweepFolder(this.#folders.temporary, olderThan));
  }

  async close(): Promise<void> {}

  async #exists(key: StorageKey): Promise<boolean> {
    try {
      await this.#folders.folderOf(key);
      await lstat(this.#folders.pathOf(key));
      return true;
    } catch (error) {
      if (hasErrno(error, 'ENOENT')) return false;
      throw error;
    }
  }

  async #assertFolder(folder: string, context: StorageErrorContext): Promise<void> {
    try {
      await lstat(folder);
    } catch (error) {
      if (!hasErrno(error, 'ENOENT')) throw error;
      const message = `neither the file nor its folder is there: is the disk of MEDIA_ROOT mounted? If it is lost, run mkdir -p ${folder}`;
      throw new StorageError('misconfigured', message, context, { cause: error });
    }
  }

  async #compare(key: StorageKey, content: Content, context: StorageErrorContext): Promise<PutResult> {
    const { info, body } = await this.get(key);
    const same = info.size === content.size && (await sha256Of(body)) === content.sha256;
    body.destroy();
    if (!same) throw new StorageError('conflict', 'another file already has this key', context);
    // Whoever stored it may have been killed before the name was durable.
    await syncFolder(await this.#folders.folderOf(key));
    return { created: false };
  }

  async #run<T>(
    operation: string,
    key: StorageKey | undefined,
    work: (context: StorageErrorContext) => Promise<T>,
  ): Promise<T> {
    const context = { operation, backend: this.name, ...(key && { key }) };
    try {
      return await work(context);
    } catch (error) {
      throw isStorageError(error) ? error : localError(error, context);
    }
  }
}

function notAFile(context: StorageErrorContext): StorageError {
  return new StorageError('misconfigured', 'something other than a file has this key', context);
}
