import type { BucketRow } from '../../state/buckets.js';
import type { ObjectState } from '../../state/object-states.js';
import type { State } from '../../state/state.js';
import { type Count, sum } from '../../state/tallies.js';
import { countFailed } from './failed-objects.js';
import { expectedAt } from '../restore/tiers.js';

const ON_DISK: ObjectState[] = ['copied', 'verified', 'deleted'];
const OWED: ObjectState[] = ['pending', 'archived', 'restoring', 'failed'];

export interface BucketStatus {
  bucket: string;
  scanned: boolean;
  total: Count;
  synced: Count;
  verified: Count;
  deleted: Count;
  failed: number;
  error: string | null;
  storageClasses: Record<string, Count>;
  /** Gone from the bucket; the copies stay. */
  kept: Count;
}

export interface MirrorStatus {
  phase: string;
  round: number;
  startedAt: string | undefined;
  running: string | undefined;
  total: Count;
  synced: Count;
  verified: Count;
  completedBuckets: number;
  buckets: BucketStatus[];
  restores: { waiting: number; running: number; readyAbout: string | undefined };
  rate: { filesPerSecond: number; bytesPerSecond: number; remainingSeconds: number | undefined } | undefined;
}

/** Everything from the tallies and a few rows: it costs the same for a hundred objects and a hundred million. */
export function mirrorStatus(state: State, chosen: BucketRow[], running: string | undefined): MirrorStatus {
  const buckets = chosen
    .filter(({ goneAt, deletedAt }) => goneAt === null || deletedAt !== null)
    .map((bucket): BucketStatus => {
      const count = (states: ObjectState[]): Count => state.tallies.count(states, bucket.id);
      const storageClasses: Record<string, Count> = {};
      for (const tally of state.tallies.of(bucket.id)) {
        if (tally.state === 'marker') continue;
        storageClasses[tally.storageClass] = sum([
          storageClasses[tally.storageClass] ?? { files: 0, bytes: 0 },
          tally,
        ]);
      }
      return {
        bucket: bucket.name,
        scanned: bucket.scanRound > 0,
        total: count([...ON_DISK, ...OWED]),
        synced: count(ON_DISK),
        verified: count(['verified', 'deleted']),
        deleted: count(['deleted']),
        failed: countFailed(state, bucket.id),
        error: bucket.error,
        storageClasses,
        kept: count(['kept']),
      };
    });
  const total = sum(buckets.map((one) => one.total));
  const synced = sum(buckets.map((one) => one.synced));
  return {
    phase: state.metadata.get('phase') ?? 'none',
    round: Number(state.metadata.get('round') ?? 0),
    startedAt: state.metadata.get('round_started_at'),
    running,
    total,
    synced,
    verified: sum(buckets.map((one) => one.verified)),
    completedBuckets: buckets.filter(
      (one) =>
        one.scanned && one.error === null && one.failed === 0 && one.verified.files === one.total.files,
    ).length,
    buckets,
    restores: restores(state),
    rate: running !== undefined ? rate(state, total.bytes - synced.bytes) : undefined,
  };
}

function restores(state: State): MirrorStatus['restores'] {
  const latest = state.objects.latestRestore();
  const readyAbout = latest
    ? new Date(expectedAt(latest.storageClass, latest.tier, latest.requestedAt))
    : undefined;
  return {
    waiting: state.tallies.count(['archived']).files,
    running: state.tallies.count(['restoring']).files,
    readyAbout: readyAbout?.toISOString(),
  };
}

/** From what the running command last wrote. */
function rate(state: State, remainingBytes: number): MirrorStatus['rate'] {
  const text = state.metadata.get('progress');
  if (text === undefined) return undefined;
  const { at, seconds, files, bytes } = JSON.parse(text) as Record<
    'at' | 'seconds' | 'files' | 'bytes',
    number
  >;
  if (Date.now() - at > 60_000 || seconds === 0) return undefined;
  const bytesPerSecond = bytes / seconds;
  return {
    filesPerSecond: files / seconds,
    bytesPerSecond,
    remainingSeconds: bytesPerSecond > 0 ? Math.round(remainingBytes / bytesPerSecond) : undefined,
  };
}
