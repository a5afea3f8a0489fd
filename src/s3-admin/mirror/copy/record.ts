import type { BucketRow } from '../../state/buckets.js';
import type { ColumnValues } from '../../state/column-values.js';
import type { ObjectRow } from '../../state/object-row.js';
import type { State } from '../../state/state.js';
import { formatParts } from '../content/parts.js';
import type { Mirror } from '../mirror.js';
import type { Placed } from './arrival.js';
import { describeFailure } from './failures.js';
import type { Fetched } from './fetch.js';

/** Writes into the state, in one transaction, that these copies are at their places for good. */
export function record(mirror: Mirror, placed: Placed[]): void {
  const { state, names, progress, settings, work } = mirror;
  const now = Date.now();
  state.transaction(() => {
    for (const { row, fetched, path, fileChanged } of placed) {
      state.objects.update(row, {
        ...columnsOf(fetched, now),
        path: names.column(row, path),
        file_changed: fileChanged,
      });
      if (row.size >= settings.largeObject) state.fetchedRanges.clear(work.partialName(row));
    }
  });
  for (const { row, inPlace } of placed) {
    progress.add(1, inPlace || row.size < settings.largeObject ? row.size : 0);
  }
}

/** Records in the state why an object could not be copied, and reports it. */
export function recordFailure(mirror: Mirror, bucket: BucketRow, row: ObjectRow, error: unknown): void {
  const failure = describeFailure(error);
  mirror.state.objects.update(row, { state: 'failed', error: failure });
  mirror.progress.message(`[ERROR] ${bucket.name} ${JSON.stringify(row.key)}: ${failure}`);
}

/** Gone from the bucket since the listing. An earlier copy, found wrong once, may be right again. */
export function recordGone({ objects }: State, row: ObjectRow): void {
  if (row.proof === '') objects.remove(row);
  else objects.update(row, { state: 'kept' });
}

function columnsOf({ facts, proof, sha256 }: Fetched, now: number): ColumnValues {
  const same = proof.outcome === 'same' ? proof : undefined;
  return {
    state: same ? 'verified' : 'copied',
    copied_at: now,
    verified_at: same ? now : null,
    proof: same?.proof ?? 'none',
    parts: same?.parts ? formatParts(same.parts) : null,
    sha256: sha256 ?? null,
    checksums: Object.keys(facts.checksums).length > 0 ? JSON.stringify(facts.checksums) : null,
    encryption: facts.encryption ?? null,
    content_type: facts.contentType ?? null,
    metadata: Object.keys(facts.metadata).length > 0 ? JSON.stringify(facts.metadata) : null,
    error: null,
    moving_from: null,
    restore_until: null,
  };
}
