import type { Stats } from 'node:fs';
import type { ObjectRow } from '../../state/object-row.js';
import { changeTime } from '../change-time.js';
import { comparisons } from '../content/comparisons.js';
import type { Algorithm } from '../content/digest.js';
import type { Hasher } from '../content/hasher.js';
import { parseParts } from '../content/parts.js';
import { proveParts, proveWhole } from '../content/prove.js';
import { regularFile, SymbolicLink } from '../inside-root.js';
import { isUnreadable } from '../unreadable.js';

export type Finding =
  /**
   * `proof`: S3's value that the bytes on disk were compared with just now; `none`: only the size could be. `fileChanged`: of
   * the file, from before it was read.
   */
  | { outcome: 'right'; proof: string; fileChanged: number }
  | { outcome: 'wrong'; code: WrongCode; detail: string };

type WrongCode = 'missing' | 'symbolic_link' | 'unreadable' | 'size_differs' | 'content_differs';

/**
 * Reads a copy back from the disk and compares it with S3's value, by the comparison that was used when it was copied.
 *
 * | S3 gives | compared |
 * |---|---|
 * | an MD5 ETag, or a checksum of the whole | every byte |
 * | a multipart ETag or a checksum of parts, with the layout that proved it | every byte |
 * | nothing to compare (SSE-KMS or SSE-C without checksum) | the size with S3's; every byte with the SHA-256 taken on arrival |
 */
export async function checkCopy(
  root: string,
  file: string,
  row: ObjectRow,
  hasher: Hasher,
): Promise<Finding> {
  try {
    return await readCopy(root, file, row, hasher);
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    return { outcome: 'wrong', code: 'unreadable', detail: `${file} (${(error as Error).message})` };
  }
}

async function readCopy(root: string, file: string, row: ObjectRow, hasher: Hasher): Promise<Finding> {
  let found: Stats | undefined;
  try {
    found = regularFile(root, file);
  } catch (error) {
    if (!(error instanceof SymbolicLink)) throw error;
    return { outcome: 'wrong', code: 'symbolic_link', detail: error.message };
  }
  if (!found) return { outcome: 'wrong', code: 'missing', detail: file };
  if (found.size !== row.size) {
    return {
      outcome: 'wrong',
      code: 'size_differs',
      detail: `${found.size} bytes on disk, ${row.size} in S3`,
    };
  }
  const subject = { file, size: row.size };
  const fileChanged = changeTime(found);
  if (row.proof === 'none') {
    const sha256 = await hasher.hash({ file, start: 0, end: row.size, algorithm: 'sha256' });
    return row.sha256 === null || sha256 === row.sha256
      ? { outcome: 'right', proof: 'none', fileChanged }
      : {
          outcome: 'wrong',
          code: 'content_differs',
          detail: `SHA-256 ${sha256}, was ${row.sha256} on arrival`,
        };
  }
  const comparison = comparisons({
    size: row.size,
    etag: row.etag,
    encryption: row.encryption ?? undefined,
    checksums: JSON.parse(row.checksums ?? '{}') as Partial<Record<Algorithm, string>>,
  }).find(({ proof }) => proof === row.proof);
  if (!comparison) {
    return {
      outcome: 'wrong',
      code: 'content_differs',
      detail: `the state file has no ${row.proof} from S3 to compare with`,
    };
  }
  const proof =
    comparison.partCount === undefined
      ? await proveWhole(subject, comparison, hasher)
      : await proveParts(subject, comparison, parseParts(row.parts ?? ''), hasher);
  if (proof.outcome === 'same') return { outcome: 'right', proof: proof.proof, fileChanged };
  const detail =
    proof.outcome === 'different'
      ? `${proof.proof} on disk ${proof.found}, in S3 ${proof.expected}`
      : row.proof;
  return { outcome: 'wrong', code: 'content_differs', detail };
}
