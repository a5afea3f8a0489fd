import type { ObjectRow } from '../../state/object-row.js';
import type { State } from '../../state/state.js';

/** Objects that failed, and damaged copies of objects that S3 no longer has. */
export function countFailed({ tallies, objects }: State, bucketId: number): number {
  return tallies.count(['failed'], bucketId).files + objects.countWrongOnlyCopies(bucketId);
}

/** The first of them. */
export function failedObjects({ tallies, objects }: State, bucketId: number, limit: number): ObjectRow[] {
  const found: ObjectRow[] = [];
  if (tallies.count(['failed'], bucketId).files > 0) {
    for (const page of objects.walk(bucketId, ['failed'])) {
      found.push(...page.slice(0, limit - found.length));
      if (found.length >= limit) break;
    }
  }
  return [...found, ...objects.wrongOnlyCopies(bucketId, limit - found.length)];
}
