import { KIB, type StorageClass } from './prices.js';

/** The ages, in days, of terraform/modules/certificate-bucket. */
export interface Lifecycle {
  infrequentAccessDays: number;
  archiveDays: number;
  expirationDays: number;
  archiveClass: 'GLACIER' | 'GLACIER_IR';
  /** S3's `varies_by_storage_class`: files under 128 KiB move to GLACIER, though still not to the other classes. */
  moveSmallFiles: boolean;
}

/** Part of a file's life in one class. */
export interface Stay {
  storageClass: StorageClass;
  /** Age at which it begins, days. */
  from: number;
  /** Age at which it ends, days. */
  to: number;
}

/**
 * A file's life under the rules, up to its expiry.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
 */
export function stays(bytes: number, rules: Lifecycle): Stay[] {
  const { infrequentAccessDays, archiveDays, expirationDays, archiveClass } = rules;
  const small = bytes < 128 * KIB;
  const archived = !small || (rules.moveSmallFiles && archiveClass === 'GLACIER');
  const moves = [
    { storageClass: 'STANDARD' as const, from: 0 },
    ...(small ? [] : [{ storageClass: 'STANDARD_IA' as const, from: infrequentAccessDays }]),
    ...(archived ? [{ storageClass: archiveClass, from: archiveDays }] : []),
  ];
  return moves.map((move, index) => ({ ...move, to: moves[index + 1]?.from ?? expirationDays }));
}

/** A life without any move. */
export function staysInStandard(rules: Lifecycle): Stay[] {
  return [{ storageClass: 'STANDARD', from: 0, to: rules.expirationDays }];
}
