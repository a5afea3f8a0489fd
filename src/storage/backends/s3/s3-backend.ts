import type { S3Config } from '../../../config/config.js';
import type { Archive, RestoreState } from '../../archive.js';
import type { Content, DeleteOptions, GetOptions, ObjectInfo, ObjectMeta } from '../../storage-backend.js';
import type { ObjectRead, PutResult, StorageBackend } from '../../storage-backend.js';
import type { StorageKey } from '../../storage-key.js';
import { type Credentials, createS3Client } from './s3-client.js';
import { S3Connection } from './s3-connection.js';
import { deleteAllVersions, deleteCurrent } from './s3-delete.js';
import { s3Error } from './s3-errors.js';
import { getObject } from './s3-get.js';
import { listObjects } from './s3-list.js';
import { putInParts } from './s3-multipart.js';
import { probeBucket } from './s3-probe.js';
import { putWhole } from './s3-put.js';
import { restoreObject } from './s3-restore.js';
import { statObject } from './s3-stat.js';
import { sweepUploads } from './s3-sweep.js';
import { DEFAULT_LIMITS, type TimeLimits } from './time-limits.js';

export interface S3BackendOptions {
  limits?: TimeLimits;
  /** If missing, the SDK's own chain: environment, profile, role. */
  credentials?: Credentials;
  /** Size from which content goes up in parts, and the size of these parts, bytes; S3 takes none under 5 MiB. */
  partSize?: number;
}

/** Objects in one bucket of S3 or of a compatible server. */
export class S3Backend implements StorageBackend, Archive {
  readonly name = 's3';
  readonly capabilities = { presign: true, versions: true, archive: true };
  readonly connection: S3Connection;
  readonly #partSize: number;

  constructor(config: S3Config, options: S3BackendOptions = {}) {
    const { limits = DEFAULT_LIMITS, partSize = 16 * 1024 * 1024, credentials } = options;
    this.connection = new S3Connection(createS3Client(config, limits, credentials), config, limits);
    this.#partSize = partSize;
  }

  async put(key: StorageKey, content: Content, meta: ObjectMeta): Promise<PutResult> {
    try {
      return content.size < this.#partSize
        ? await putWhole(this.connection, key, content, meta)
        : await putInParts(this.connection, key, content, meta, this.#partSize);
    } catch (error) {
      throw s3Error(error, this.connection.context('put', key));
    }
  }

  get(key: StorageKey, options: GetOptions = {}): Promise<ObjectRead> {
    return getObject(this.connection, key, options);
  }

  stat(key: StorageKey): Promise<ObjectInfo> {
    return statObject(this.connection, key);
  }

  delete(key: StorageKey, { versions = 'current' }: DeleteOptions = {}): Promise<void> {
    return versions === 'all' ? deleteAllVersions(this.connection, key) : deleteCurrent(this.connection, key);
  }

  list(options: { prefix?: string; after?: string } = {}): AsyncGenerator<ObjectInfo, void> {
    return listObjects(this.connection, options);
  }

  /** See {@link restoreObject}. */
  restore(key: StorageKey): Promise<RestoreState> {
    return restoreObject(this.connection, key);
  }

  /** Parts of an upload carry no date of their own in a listing, so what counts is when the upload began. */
  sweep(olderThan: Date): Promise<number> {
    return sweepUploads(this.connection, olderThan);
  }

  probe(): Promise<void> {
    return probeBucket(this.connection);
  }

  close(): Promise<void> {
    return this.connection.close();
  }
}
