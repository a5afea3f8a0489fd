import type { ObjectMeta } from '../storage/storage-backend.js';
import { CONTENT_TYPES, type FileFormat } from '../storage/storage-key.js';
import { downloadName } from './certificate.js';

/** What is stored beside a certificate's file: nothing about whose it is. */
export function objectMeta(
  certificate: {
    verificationCode: string;
    tournamentId: number;
    placement: number | null;
    generatedAt: Date;
  },
  format: FileFormat,
): ObjectMeta {
  return {
    contentType: CONTENT_TYPES[format],
    filename: downloadName(certificate, format),
    tags: {
      tournament_id: String(certificate.tournamentId),
      placement: String(certificate.placement ?? ''),
      generated_at: certificate.generatedAt.toISOString(),
    },
  };
}
