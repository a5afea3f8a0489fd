import { Injectable } from '@nestjs/common';
import pg from 'pg';
import type { StoredFile } from '../../storage/storage.js';

/** All that a download asks of the database. */
export interface DownloadableFile {
  id: string;
  userId: string | null;
  organizerId: string;
  verificationCode: string;
  generatedAt: Date;
  revokedAt: Date | null;
  revokedReason: string | null;
  deletedAt: Date | null;
  file: StoredFile;
}

type WithOrWithoutFile = Omit<DownloadableFile, 'file'> & { file: StoredFile | null };

/** Prepared once per connection: the hottest query of the service is not built and parsed for each download. */
const FIND = {
  name: 'download-find',
  text: `
    SELECT c.id, c.user_id AS "userId", t.organizer_id AS "organizerId", c.verification_code AS "verificationCode",
           c.generated_at AS "generatedAt", c.revoked_at AS "revokedAt", c.revoked_reason AS "revokedReason",
           c.deleted_at AS "deletedAt", f.key, f.content_type AS "contentType", f.size, f.sha256,
           f.stored_locally_at AS "storedLocallyAt", f.migrated_to_s3_at AS "migratedToS3At", f.s3_etag AS "s3Etag",
           f.s3_version_id AS "s3VersionId", f.s3_owed_since AS "s3OwedSince"
    FROM certificates c
    JOIN tournaments t ON t.id = c.tournament_id
    LEFT JOIN certificate_files f ON f.certificate_id = c.id AND f.format = $2
    WHERE c.id = $1`,
};

@Injectable()
export class DownloadRepository {
  constructor(private readonly pool: pg.Pool) {}

  /** The file is null where the certificate was erased, or never had one of this format. */
  async find(id: string, format: string): Promise<WithOrWithoutFile | null> {
    const { rows } = await this.pool.query<Omit<DownloadableFile, 'file'> & (StoredFile | { key: null })>({
      ...FIND,
      values: [id, format],
    });
    const [row] = rows;
    return row ? { ...row, file: row.key === null ? null : row } : null;
  }
}
