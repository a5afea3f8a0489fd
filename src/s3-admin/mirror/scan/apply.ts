import type { BucketRow } from '../../state/buckets.js';
import type { ListedObject, NewObject } from '../../state/object-row.js';
import { compareKeys } from '../../state/key-order.js';
import type { State } from '../../state/state.js';
import type { Names } from '../names/names.js';
import { type Change, compare } from './compare.js';

export interface ScanCounts {
  listed: number;
  added: number;
  changed: number;
  gone: number;
}

/** Rows compared in one transaction. */
const ROWS = 5_000;

/**
 * Brings the state up to what a listing says of the keys after one and up to and with another, of which `listed` is all
 * there is. Each step is one transaction and calls `advance` in it with the key up to which the state is right now.
 *
 * @param untilKey null: the end of the bucket
 */
export function applyListing(
  state: State,
  names: Names,
  bucket: BucketRow,
  [afterKey, untilKey]: [string | null, string | null],
  listed: ListedObject[],
  advance: (untilKey: string | null) => void,
): ScanCounts {
  const counts: ScanCounts = { listed: listed.length, added: 0, changed: 0, gone: 0 };
  let from = afterKey;
  let next = 0;
  for (;;) {
    const cut = state.objects.keyAfter(bucket.id, from, untilKey, ROWS);
    const until = cut ?? untilKey;
    let end = listed.length;
    if (cut !== undefined) {
      end = next;
      while (end < listed.length && compareKeys((listed[end] as ListedObject).key, cut) <= 0) end++;
    }
    state.transaction(() => {
      const changes = compare(state.objects.between(bucket.id, from, until), listed.slice(next, end));
      write(state, names, bucket, changes, counts);
      // What was verified is not all there is any more.
      if (changes.some((change) => change.kind !== 'remove'))
        state.buckets.update(bucket.id, { verifiedAt: null });
      advance(until);
    });
    if (cut === undefined) return counts;
    from = cut;
    next = end;
  }
}

function write(state: State, names: Names, bucket: BucketRow, changes: Change[], counts: ScanCounts): void {
  const added: NewObject[] = [];
  for (const change of changes) {
    if (change.kind === 'insert') added.push(change);
    else if (change.kind === 'remove') state.objects.remove(change.row);
    else {
      const moves = change.set.moving_from === '';
      state.objects.update(
        change.row,
        moves ? { ...change.set, moving_from: names.pathOf(change.row), path: null } : change.set,
      );
      if (change.reason === 'changed') counts.changed++;
    }
    if (change.kind === 'remove' || (change.kind === 'update' && change.reason === 'gone')) counts.gone++;
  }
  state.objects.insert(bucket.id, added);
  counts.added += added.length;
}
