import { ItemFailure } from '../../engine/task.js';
import type { Entry } from './merged.js';

export interface Finding {
  code: string;
  detail: string;
}

// Whole, so that what a document says of one can be held against the code.
const LOCAL = { missing: 'local_missing', unrecorded: 'local_unrecorded', differs: 'local_differs' };
const S3 = { missing: 's3_missing', unrecorded: 's3_unrecorded', differs: 's3_differs' };

/**
 * What is wrong with a key, by its row, the disk's listing and the bucket's.
 *
 * | row | copy | code |
 * |---|---|---|
 * | none | on disk / in S3 | `local_orphan` / `s3_orphan` |
 * | says it is there | not there | `local_missing` / `s3_missing` |
 * | says it is there | of another size | `local_differs` / `s3_differs` |
 * | says it is not there | there | `local_unrecorded` / `s3_unrecorded` |
 * | says it is nowhere | nowhere, and not erased | `no_copy` |
 */
export function judge({ row, local, s3 }: Entry): Finding[] {
  const findings: Finding[] = [];
  const find = (code: string, detail: string): void => void findings.push({ code, detail });
  if (!row) {
    if (local) find('local_orphan', 'a file without a row');
    if (s3) find('s3_orphan', 'an object without a row');
    return findings;
  }
  const sides = [
    { codes: LOCAL, copy: local, recorded: row.storedLocallyAt !== null },
    { codes: S3, copy: s3, recorded: row.migratedToS3At !== null },
  ];
  for (const { codes, copy, recorded } of sides) {
    if (recorded && !copy) find(codes.missing, 'its row lists a copy that is not there');
    if (!recorded && copy) find(codes.unrecorded, 'there is a copy that its row does not list');
    if (recorded && copy && copy.size !== row.size) {
      find(codes.differs, `${copy.size} bytes instead of ${row.size}`);
    }
  }
  if (sides.every(({ copy, recorded }) => !copy && !recorded) && !row.erasedAt) {
    find('no_copy', 'there is no copy, neither on disk nor in the bucket');
  }
  return findings;
}

/** Of a file's bytes, or of what lies in its place: no run changes those. */
export function isOfBytes({ code }: Finding): boolean {
  return /_(corrupt|unreadable)$/.test(code);
}

/** @throws whatever is no failure of the file itself */
export function findingOf(error: unknown): Finding {
  if (!(error instanceof ItemFailure)) throw error;
  return { code: error.code, detail: error.message };
}
