import { mkdir, open, realpath } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { StorageError } from '../../storage.errors.js';
import type { StorageKey } from '../../storage-key.js';
import { hasErrno } from './local-errors.js';

/** Writes in progress; on the same file system as their targets. Its name can't begin a key. */
const TEMPORARY = '.tmp';
/** For how long a folder found free of symbolic links counts as such, milliseconds: checking costs a third of a small read. */
const TRUSTED_MS = 1_000;

/** The folders under MEDIA_ROOT: the only place where a key becomes a path. */
export class LocalFolders {
  /** Folders this process has made durable. */
  readonly #durable = new Map<string, Promise<void>>();
  /** What the root resolves to. */
  #real: string | undefined;
  /** Folders without symbolic links on the way to them, as of {@link #trustedSince}. */
  readonly #trusted = new Set<string>();
  #trustedSince = 0;

  constructor(readonly root: string) {}

  get temporary(): string {
    return join(this.root, TEMPORARY);
  }

  pathOf(key: StorageKey): string {
    return join(this.root, ...key.split('/'));
  }

  /**
   * Refuses to follow a symbolic link below the root, which might lead out of it. The root itself may be one.
   * @returns the folder of the key
   */
  async folderOf(key: StorageKey): Promise<string> {
    const folder = dirname(this.pathOf(key));
    if (this.#isTrusted(folder)) return folder;
    const inside = relative(this.root, folder);
    const real = await realpath(folder);
    // Checked again before it counts as wrong: the operator may have moved the root.
    if (real !== join(this.#real ?? '', inside)) this.#real = await realpath(this.root);
    if (real !== join(this.#real ?? '', inside)) {
      throw new StorageError(
        'misconfigured',
        `${folder} leads through a symbolic link: MEDIA_ROOT may be one, but nothing below it`,
        { operation: 'open', backend: 'local', key },
      );
    }
    this.#trusted.add(folder);
    return folder;
  }

  #isTrusted(folder: string): boolean {
    const now = performance.now();
    if (now - this.#trustedSince > TRUSTED_MS) {
      this.#trusted.clear();
      this.#trustedSince = now;
    }
    return this.#trusted.has(folder);
  }

  /**
   * Makes the folder and all above it, down from the first missing one, so that they survive a power cut. Folders that
   * exist are made durable too: whoever made them may have died before doing so.
   */
  ensure(folder: string): Promise<void> {
    let done = this.#durable.get(folder);
    if (!done) {
      done = this.#make(folder);
      this.#durable.set(folder, done);
      done.catch(() => this.#durable.delete(folder));
    }
    return done;
  }

  /** Does work that needs the folder; does it again if someone removed the folder since it was made. */
  async within<T>(folder: string, work: () => Promise<T>): Promise<T> {
    try {
      await this.ensure(folder);
      return await work();
    } catch (error) {
      if (!hasErrno(error, 'ENOENT')) throw error;
      this.#durable.clear();
      await this.ensure(folder);
      return await work();
    }
  }

  async #make(folder: string): Promise<void> {
    const belowRoot = folder.startsWith(this.root + sep);
    if (belowRoot) await this.ensure(dirname(folder));
    const created = await this.#create(folder);
    if (created || belowRoot) await syncFolder(dirname(folder));
  }

  async #create(folder: string): Promise<boolean> {
    try {
      await mkdir(folder, { mode: 0o750 });
      return true;
    } catch (error) {
      if (hasErrno(error, 'EEXIST')) return false;
      if (!hasErrno(error, 'ENOENT') || dirname(folder) === folder) throw error;
      await this.ensure(dirname(folder));
      await mkdir(folder, { recursive: true, mode: 0o750 });
      return true;
    }
  }
}

/** Makes what was created, renamed or removed in the folder survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    // Windows and some network file systems can't sync folders; they order such changes themselves.
    if (!hasErrno(error, 'EINVAL', 'ENOTSUP', 'EPERM', 'EISDIR')) throw error;
  } finally {
    await handle.close();
  }
}
