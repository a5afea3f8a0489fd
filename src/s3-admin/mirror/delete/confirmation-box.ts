import { bytesText } from '../bytes-text.js';
import type { Survey } from './survey.js';

/** What the operator is about to delete, and what is known about its copy. */
export function confirmationBox(survey: Survey, keepBucket: boolean): string {
  const { bucket, current, older, markers, uploads, proofs, verifiedAt, refusals } = survey;
  const sizeOnly = proofs.none;
  const compared = Object.entries(proofs).filter(([proof]) => proof !== 'none');
  const lines =
    refusals.length > 0
      ? [`${bucket} will NOT be deleted`, '', ...refusals]
      : [
          keepBucket ? `EMPTY BUCKET ${bucket} (the bucket stays)` : `DELETE BUCKET ${bucket}`,
          '',
          `current objects     ${current.files} (${bytesText(current.bytes)})`,
          `older versions      ${older.files} (${bytesText(older.bytes)})`,
          `delete markers      ${markers}`,
          `unfinished uploads  ${uploads.length} (they are not copied, and are aborted)`,
          '',
          `verified on disk    ${verifiedAt === null ? 'never' : new Date(verifiedAt).toISOString()}`,
          ...compared.map(
            ([proof, { files, bytes }]) => `  compared with S3's ${proof}: ${files} (${bytesText(bytes)})`,
          ),
          ...(sizeOnly
            ? [`  SIZE ONLY, S3 has no checksum of: ${sizeOnly.files} (${bytesText(sizeOnly.bytes)})`]
            : []),
        ];
  const width = Math.max(...lines.map((line) => line.length));
  const rule = `+${'-'.repeat(width + 2)}+`;
  return [rule, ...lines.map((line) => `| ${line.padEnd(width)} |`), rule].join('\n');
}
