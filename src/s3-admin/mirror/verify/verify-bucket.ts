import { join } from 'node:path';
import type { BucketRow } from '../../state/buckets.js';
import type { ObjectRow } from '../../state/object-row.js';
import { OBJECT_STATES, type ObjectState } from '../../state/object-states.js';
import type { Mirror } from '../mirror.js';
import { checkCopy, type Finding } from './check-copy.js';
import { extraFiles } from './extra-files.js';

/**
 * `new`: copies not read back yet; `all`: every copy, including those of objects that are gone from the bucket, and
 * those found wrong before: the disk may have been away.
 */
const SCOPES: Record<'new' | 'all', ObjectState[]> = {
  new: ['copied'],
  all: OBJECT_STATES.filter((state) => state !== 'marker'),
};

/** Copies that S3 can't replace keep their state, right or wrong. */
const ONLY_COPY = new Set<ObjectState>(['kept', 'deleted']);
const EXTRA_LISTED = 20;

export interface Verification {
  bucket: string;
  /** Copies that are right, by which of S3's checksums they were compared with; `none` is the size only. */
  right: Record<string, number>;
  wrong: number;
  /** Not copied yet, or failed. */
  notCopied: number;
  extra: number;
  /** The first of them. */
  extraPaths: string[];
  /** Every object of the last listing is on disk and right. */
  complete: boolean;
}

/**
 * Reads copies of a bucket back from the disk: expected files, sizes, contents, and what else is there. The bucket
 * counts as verified only if nothing is missing or wrong and its last listing was complete.
 * @throws ToolError `root_gone` if the disk goes away meanwhile
 */
export async function verifyBucket(
  mirror: Mirror,
  bucket: BucketRow,
  scope: keyof typeof SCOPES,
): Promise<Verification> {
  try {
    return await readBack(mirror, bucket, scope);
  } catch (error) {
    throw mirror.work.gone() ?? error;
  }
}

async function readBack(
  mirror: Mirror,
  bucket: BucketRow,
  scope: keyof typeof SCOPES,
): Promise<Verification> {
  const { state, signal, names, progress } = mirror;
  const folder = join(mirror.settings.root, names.folderOf(bucket.name));
  const result: Verification = {
    ...{ bucket: bucket.name, right: {}, wrong: 0, notCopied: 0, extra: 0, extraPaths: [], complete: false },
  };
  if (scope === 'new') {
    for (const { state: where, proof, files } of state.tallies.of(bucket.id)) {
      if (where === 'verified') result.right[proof] = (result.right[proof] ?? 0) + files;
    }
  }
  let failed = 0;
  for (const page of state.objects.walk(bucket.id, SCOPES[scope])) {
    if (signal.aborted) return result;
    const copies = page.filter(({ proof }) => proof !== '');
    const findings = await checkAll(mirror, folder, copies);
    const gone = mirror.work.gone();
    if (gone) throw gone;
    state.transaction(() => {
      const now = Date.now();
      for (const { row, finding } of findings) {
        const isOnlyCopy = ONLY_COPY.has(row.state);
        if (finding.outcome === 'right') {
          const counted = result.right[finding.proof] ?? 0;
          result.right[finding.proof] = counted + 1;
          const set = { error: null, verified_at: now, file_changed: finding.fileChanged };
          state.objects.update(row, isOnlyCopy ? set : { ...set, state: 'verified' });
        } else {
          result.wrong++;
          const error = `${finding.code}: ${finding.detail}`;
          if (!isOnlyCopy) failed++;
          state.objects.update(row, isOnlyCopy ? { error } : { error, state: 'failed' });
          progress.message(`[ERROR] ${bucket.name} ${JSON.stringify(row.key)}: ${error}`);
        }
      }
    });
    for (const { row } of findings) progress.add(1, row.size);
  }
  let extraBytes = 0;
  for await (const { path, bytes } of extraFiles(mirror, bucket, folder)) {
    result.extra++;
    if (result.extraPaths.length < EXTRA_LISTED) result.extraPaths.push(path);
    extraBytes += bytes;
  }
  if (signal.aborted) return result;
  result.notCopied =
    state.tallies.count(['pending', 'archived', 'restoring', 'failed'], bucket.id).files - failed;
  const listed =
    bucket.scanRound > 0 && state.buckets.ranges(bucket.id).length === 0 && bucket.error === null;
  result.complete = listed && result.wrong === 0 && result.notCopied === 0;
  state.buckets.update(bucket.id, {
    verifiedAt: result.complete ? Date.now() : null,
    extraFiles: result.extra,
    extraBytes,
  });
  return result;
}

async function checkAll(
  { hasher, names, settings, signal }: Mirror,
  folder: string,
  rows: ObjectRow[],
): Promise<{ row: ObjectRow; finding: Finding }[]> {
  const queue = [...rows];
  const findings: { row: ObjectRow; finding: Finding }[] = [];
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (let row = queue.shift(); row && !signal.aborted; row = queue.shift()) {
        const file = join(folder, names.pathOf(row));
        findings.push({ row, finding: await checkCopy(settings.root, file, row, hasher) });
      }
    }),
  );
  return findings;
}
