import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { StorageBackend } from '../../storage/storage-backend.js';
import { parseKey } from '../../storage/storage-key.js';
import type { Placement } from '../../storage/stored-file.js';
import type { Storage } from '../../storage/storage.js';
import type { Done, Item, Outcome, Task } from '../engine/task.js';
import { assertOwnBucket } from './own-bucket.js';

/** How many days a deleted certificate is kept before it is erased everywhere. */
const ERASE_AFTER_DAYS = 30;
const DUE = `erased_at IS NULL AND deleted_at <= now() - make_interval(days => ${ERASE_AFTER_DAYS})`;
const LEAST_ID = '00000000-0000-0000-0000-000000000000';

/** What an erasure removes from the rows; what remains says that there was a certificate, but not whose. */
const ERASED_FIELDS = ['display_name', 'participant_id', 'user_id', 'revoked_reason'];

/** A certificate; its key in the run is its id. */
interface DueCertificate extends Item {
  certificateId: string;
}

interface RemovedFile {
  key: string;
  size: number;
  sha256: string;
  local: boolean;
  s3: boolean;
}

/**
 * Erases certificates that were deleted long enough ago: every copy and version of their files, and what names a person.
 *
 * Files first, rows last: killed in between, the next run finds the certificate still due and removes what is left. The
 * rows go in one transaction with the receipt.
 */
export class EraseTask implements Task<DueCertificate, RemovedFile[]> {
  readonly name = 'erase';
  private ownBucket: Promise<void> | undefined;

  constructor(
    private readonly pool: pg.Pool,
    private readonly storage: Storage,
    private readonly stores: { local: StorageBackend; s3?: StorageBackend | undefined },
  ) {}

  async count(): Promise<number> {
    const { rows } = await this.pool.query<{ count: string }>(
      `SELECT count(*) FROM certificates WHERE ${DUE}`,
    );
    return Number(rows[0]?.count);
  }

  async page(after: string, limit: number): Promise<DueCertificate[]> {
    const { rows } = await this.pool.query<{ id: string }>(
      `SELECT id FROM certificates WHERE ${DUE} AND id > $1 ORDER BY id LIMIT $2`,
      [after || LEAST_ID, limit],
    );
    return rows.map(({ id }) => ({ key: id, certificateId: id, size: 0 }));
  }

  async process(certificate: DueCertificate): Promise<Outcome<RemovedFile[]>> {
    const { rows } = await this.pool.query<
      Omit<RemovedFile, 'local' | 's3'> &
        Pick<Placement, 'storedLocallyAt' | 'migratedToS3At' | 's3OwedSince'>
    >(
      `SELECT key, size, sha256, stored_locally_at AS "storedLocallyAt", migrated_to_s3_at AS "migratedToS3At",
         s3_owed_since AS "s3OwedSince"
       FROM certificate_files WHERE certificate_id = $1 ORDER BY key`,
      [certificate.certificateId],
    );
    if (this.stores.s3 && rows.some(({ migratedToS3At, s3OwedSince }) => migratedToS3At ?? s3OwedSince)) {
      // Once a run, unless there was no answer.
      await (this.ownBucket ??= assertOwnBucket(this.pool, this.stores.s3)).catch((error: unknown) => {
        this.ownBucket = undefined;
        throw error;
      });
    }
    for (const file of rows) await this.storage.remove(parseKey(file.key), file);
    certificate.size = rows.reduce((sum, { size }) => sum + size, 0);
    const removed = rows.map(({ key, size, sha256, storedLocallyAt, migratedToS3At }) => ({
      ...{ key, size, sha256 },
      local: storedLocallyAt !== null,
      s3: migratedToS3At !== null,
    }));
    return { kind: 'done', change: removed };
  }

  async commit(tx: pg.PoolClient, done: Done<DueCertificate, RemovedFile[]>[]): Promise<Set<string>> {
    const { rows } = await tx.query<{ id: string }>(
      `UPDATE certificates SET display_name = NULL, participant_id = NULL, user_id = NULL, revoked_reason = NULL,
         erased_at = now() WHERE id = ANY($1) AND ${DUE} RETURNING id`,
      [done.map(({ item }) => item.certificateId)],
    );
    const erased = new Set(rows.map(({ id }) => id));
    const receipts = done.filter(({ item }) => erased.has(item.key));
    await tx.query('DELETE FROM certificate_files WHERE certificate_id = ANY($1)', [[...erased]]);
    await tx.query(
      `UPDATE batch_items SET participant_id = '', user_id = NULL, display_name = NULL
       WHERE certificate_id = ANY($1)`,
      [[...erased]],
    );
    await tx.query(
      `INSERT INTO erasure_receipts (id, certificate_id, removed_files, erased_fields)
       SELECT receipt.id, certificate_id, removed_files, $4
       FROM unnest($1::uuid[], $2::uuid[], $3::jsonb[]) AS receipt(id, certificate_id, removed_files)`,
      [
        receipts.map(() => randomUUID()),
        receipts.map(({ item }) => item.certificateId),
        receipts.map(({ change }) => JSON.stringify(change)),
        ERASED_FIELDS,
      ],
    );
    return erased;
  }

  async probe(): Promise<void> {
    await this.stores.local.probe();
    await this.stores.s3?.probe();
  }
}
