import type pg from 'pg';
import type { Item } from '../engine/task.js';
import type { FileFormat, StorageKey } from '../../storage/storage-key.js';

/** A file's row, with what matters of its certificate. */
export interface FileRow extends Item {
  key: StorageKey;
  certificateId: string;
  format: FileFormat;
  contentType: string;
  sha256: string;
  storedLocallyAt: Date | null;
  migratedToS3At: Date | null;
  s3Etag: string | null;
  s3VersionId: string | null;
  /** Seconds since a check read the copy in S3 and found it right, by the database's clock. */
  s3VerifiedAgo: number | null;
  tournamentId: number;
  placement: number | null;
  generatedAt: Date;
  verificationCode: string;
  deletedAt: Date | null;
  erasedAt: Date | null;
}

const COLUMNS = `f.key, f.certificate_id AS "certificateId", f.format, f.content_type AS "contentType", f.size, f.sha256,
  f.stored_locally_at AS "storedLocallyAt", f.migrated_to_s3_at AS "migratedToS3At", f.s3_etag AS "s3Etag",
  f.s3_version_id AS "s3VersionId", extract(epoch FROM now() - f.s3_verified_at)::float8 AS "s3VerifiedAgo",
  c.tournament_id AS "tournamentId", c.placement, c.generated_at AS "generatedAt",
  c.verification_code AS "verificationCode", c.deleted_at AS "deletedAt", c.erased_at AS "erasedAt"`;
const FROM = 'FROM certificate_files f JOIN certificates c ON c.id = f.certificate_id';

/** What a run can be narrowed to. */
export interface Narrowed {
  tournamentId?: number | undefined;
  /** Only files that this run could not handle: its id. */
  failedIn?: string | undefined;
}

/** Files that meet a condition, in the order of their keys. */
export class FileRows {
  readonly #where: string;
  readonly #values: unknown[];

  /** @param where SQL on `f` (certificate_files) and `c` (certificates), its values numbered from $1 */
  constructor(
    private readonly pool: pg.Pool,
    where: string,
    values: unknown[],
    options: Narrowed = {},
  ) {
    this.#values = [...values];
    this.#where = `(${where})`;
    const { tournamentId, failedIn } = options;
    if (tournamentId !== undefined) {
      this.#where += ` AND c.tournament_id = $${this.#values.push(tournamentId)}`;
    }
    if (failedIn !== undefined) {
      const run = this.#values.push(failedIn);
      this.#where += ` AND EXISTS (SELECT FROM migration_failures x WHERE x.run_id = $${run} AND x.key = f.key)`;
    }
  }

  async count(): Promise<number> {
    const { rows } = await this.pool.query<{ count: string }>(
      `SELECT count(*) ${FROM} WHERE ${this.#where}`,
      this.#values,
    );
    return Number(rows[0]?.count);
  }

  async page(after: string, limit: number): Promise<FileRow[]> {
    const n = this.#values.length;
    const { rows } = await this.pool.query<FileRow>(
      `SELECT ${COLUMNS} ${FROM} WHERE ${this.#where} AND f.key > $${n + 1} ORDER BY f.key LIMIT $${n + 2}`,
      [...this.#values, after, limit],
    );
    return rows;
  }
}

/** The row as it is now, or undefined if there is none. */
export async function findFileRow(pool: pg.Pool, key: string): Promise<FileRow | undefined> {
  const { rows } = await pool.query<FileRow>(`SELECT ${COLUMNS} ${FROM} WHERE f.key = $1`, [key]);
  return rows[0];
}
