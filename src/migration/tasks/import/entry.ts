import { z } from 'zod';
import { type Item, ItemFailure } from '../../engine/task.js';
import { certificateSchema, type CheckedCertificate } from './certificate-schema.js';
import type { OldCertificate } from './old-certificate.js';

/** A certificate of the old store; its key in the run is its verification code, or its place in the manifest. */
export interface Entry extends Item {
  old: OldCertificate;
  /** Once it was read. */
  pdfSha256?: string;
}

/** A manifest's certificates in the order of their keys. */
export function entriesOf(certificates: OldCertificate[]): Entry[] {
  const keys = new Set<string>();
  return certificates
    .map((old, index) => ({ key: keyOf(old, index, keys), certificateId: null, size: 0, old }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Keys are unique, so that none is passed over; and they are logged, which a name in the wrong column must not be. */
function keyOf({ verification_code }: OldCertificate, index: number, taken: Set<string>): string {
  const code = z.uuid().safeParse(verification_code).data?.toLowerCase();
  if (code === undefined || taken.has(code)) return `entry ${String(index + 1).padStart(9, '0')}`;
  taken.add(code);
  return code;
}

/** @throws ItemFailure `manifest_invalid` */
export function check({ old }: Entry): CheckedCertificate {
  const parsed = certificateSchema.safeParse(old);
  if (parsed.success) return parsed.data;
  // Names the field and the rule, never the value: it may be a person's name.
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new ItemFailure('manifest_invalid', problems.join('; '));
}
