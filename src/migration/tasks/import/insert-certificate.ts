import type pg from 'pg';
import type { StorageKey } from '../../../storage/storage-key.js';
import type { StoredFile } from '../../../storage/stored-file.js';
import type { CheckedCertificate } from './certificate-schema.js';

export interface Imported {
  id: string;
  certificate: CheckedCertificate;
  pdfSha256: string;
  files: (StoredFile & { key: StorageKey; format: string })[];
}

/**
 * Writes the rows of an imported certificate, in the caller's transaction.
 * @returns false where the certificate came from elsewhere meanwhile, or the sweep gave up on its files: then nothing
 *   was written, and its files keep their pending notes for the sweep
 */
export async function insertCertificate(tx: pg.PoolClient, imported: Imported): Promise<boolean> {
  const { id, certificate: c, pdfSha256, files } = imported;
  const t = c.tournament;
  await tx.query('SAVEPOINT one_certificate');
  if (t) {
    await tx.query(
      `INSERT INTO tournaments (id, name, organizer_id, status, completed_at, updated_at)
       VALUES ($1, $2, $3, $4, $5, now()) ON CONFLICT DO NOTHING`,
      [t.id, t.name, t.organizer_id, t.status, t.completed_at],
    );
  }
  const inserted = await tx.query(
    `INSERT INTO certificates (id, tournament_id, participant_id, user_id, display_name, certificate_type, placement,
       language, verification_code, certificate_hash, generated_at, downloaded_at, download_count, revoked_at,
       revoked_reason)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT DO NOTHING`,
    [
      ...[id, c.tournament_id, c.participant_id, c.user_id, c.display_name, c.certificate_type, c.placement],
      ...[c.language, c.verification_code, pdfSha256, c.generated_at, c.downloaded_at, c.download_count],
      ...[c.revoked_at, c.revoked_reason],
    ],
  );
  const forgotten = await tx.query('DELETE FROM pending_files WHERE key = ANY($1)', [
    files.map(({ key }) => key),
  ]);
  if (inserted.rowCount !== 1 || forgotten.rowCount !== files.length) {
    await tx.query('ROLLBACK TO SAVEPOINT one_certificate');
    return false;
  }
  for (const file of files) {
    await tx.query(
      `INSERT INTO certificate_files (key, certificate_id, format, content_type, size, sha256, stored_locally_at,
         migrated_to_s3_at, s3_etag, s3_version_id, s3_owed_since)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        ...[file.key, id, file.format, file.contentType, file.size, file.sha256, file.storedLocallyAt],
        ...[file.migratedToS3At, file.s3Etag, file.s3VersionId, file.s3OwedSince],
      ],
    );
  }
  return true;
}
