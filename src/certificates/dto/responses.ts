import { z } from 'zod';
import { type CertificateFile, type CertificateWithFiles, verificationPath } from '../certificate.js';
import { CERTIFICATE_TYPES, LANGUAGES } from '../rendering/renderer.js';

const timestamp = z.string().meta({ format: 'date-time' });

const fileDto = z.object({
  format: z.enum(['pdf', 'png']),
  key: z.string(),
  size: z.int().meta({ description: 'bytes' }),
  content_type: z.string(),
  sha256: z.string(),
  location: z.enum(['local', 's3', 'both', 'none']),
  stored_locally_at: timestamp.nullable(),
  migrated_to_s3_at: timestamp.nullable(),
  s3_copy_owed_since: timestamp.nullable(),
  last_verified_at: timestamp.nullable(),
});

export const certificateDto = z.object({
  id: z.uuid(),
  tournament_id: z.int(),
  participant_id: z.string().nullable(),
  user_id: z.string().nullable(),
  display_name: z.string().nullable(),
  certificate_type: z.string().meta({ enum: CERTIFICATE_TYPES }),
  placement: z.int().nullable(),
  language: z.string().meta({ enum: LANGUAGES }),
  verification_code: z.uuid(),
  verification_url: z.url(),
  certificate_hash: z.string(),
  generated_at: timestamp,
  downloaded_at: timestamp.nullable(),
  download_count: z.int(),
  revoked_at: timestamp.nullable(),
  revoked_reason: z.string().nullable(),
  deleted_at: timestamp.nullable(),
  erased_at: timestamp.nullable(),
  files: z.array(fileDto),
});
export type CertificateDto = z.output<typeof certificateDto>;

export const certificatePageDto = z.object({ results: z.array(certificateDto), next: z.url().nullable() });
export type CertificatePageDto = z.output<typeof certificatePageDto>;

export function toCertificateDto(row: CertificateWithFiles, siteUrl: string): CertificateDto {
  return {
    id: row.id,
    tournament_id: row.tournamentId,
    participant_id: row.participantId,
    user_id: row.userId,
    display_name: row.displayName,
    certificate_type: row.certificateType,
    placement: row.placement,
    language: row.language,
    verification_code: row.verificationCode,
    verification_url: siteUrl + verificationPath(row.verificationCode),
    certificate_hash: row.certificateHash,
    generated_at: row.generatedAt.toISOString(),
    downloaded_at: iso(row.downloadedAt),
    download_count: row.downloadCount,
    revoked_at: iso(row.revokedAt),
    revoked_reason: row.revokedReason,
    deleted_at: iso(row.deletedAt),
    erased_at: iso(row.erasedAt),
    files: row.files.map(toFileDto).sort((a, b) => a.format.localeCompare(b.format)),
  };
}

function toFileDto(file: CertificateFile): z.output<typeof fileDto> {
  return {
    format: file.format as 'pdf' | 'png',
    key: file.key,
    size: file.size,
    content_type: file.contentType,
    sha256: file.sha256,
    location: locationOf(file),
    stored_locally_at: iso(file.storedLocallyAt),
    migrated_to_s3_at: iso(file.migratedToS3At),
    s3_copy_owed_since: iso(file.s3OwedSince),
    last_verified_at: iso(file.lastVerifiedAt),
  };
}

function locationOf(file: CertificateFile): 'local' | 's3' | 'both' | 'none' {
  if (file.storedLocallyAt && file.migratedToS3At) return 'both';
  if (file.storedLocallyAt) return 'local';
  return file.migratedToS3At ? 's3' : 'none';
}

function iso(date: Date | null): string | null {
  return date?.toISOString() ?? null;
}
