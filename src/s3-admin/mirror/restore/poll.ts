import {
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ObjectVersion,
  type S3Client,
  type _Object,
} from '@aws-sdk/client-s3';
import { isAwsError } from '../../error-code.js';
import type { BucketRow } from '../../state/buckets.js';
import { compareKeys } from '../../state/key-order.js';
import type { ObjectRow } from '../../state/object-row.js';
import { versionToAsk } from '../copy/fetch.js';
import { recordGone } from '../copy/record.js';
import type { Mirror } from '../mirror.js';
import { assertListing } from '../scan/check-listing.js';
import { ARCHIVE_CLASSES } from '../scan/compare.js';
import { keyDecoder } from '../scan/listing.js';

type Readiness = 'ready' | 'running' | 'expired' | 'gone';

interface Restore {
  readiness: Readiness;
  until?: number | undefined;
}

/**
 * Checks the restores of a bucket: a page of the listing covers up to a thousand at once. Ready ones are queued for
 * copying, and one that expired before its copy was made is requested again.
 */
export async function pollRestores(mirror: Mirror, bucket: BucketRow): Promise<void> {
  const { state, clients, signal } = mirror;
  if (state.tallies.count(['restoring'], bucket.id).files === 0) return;
  const client = await clients.s3For(bucket.name);
  for (const page of state.objects.walk(bucket.id, ['restoring'])) {
    let rows = page;
    while (rows.length > 0 && !signal.aborted) {
      const { told, lastKey } = await listFrom(mirror, client, bucket, rows[0] as ObjectRow);
      const covered = rows.filter((row) => lastKey === undefined || compareKeys(row.key, lastKey) <= 0);
      // The first row is always checked, or a listing without it would be requested forever.
      const batch = covered.length > 0 ? covered : rows.slice(0, 1);
      for (const row of batch) record(mirror, row, told.get(id(row)) ?? (await head(client, bucket, row)));
      rows = rows.slice(batch.length);
    }
  }
}

function record({ state }: Mirror, row: ObjectRow, { readiness, until }: Restore): void {
  if (readiness === 'gone') recordGone(state, row);
  else if (readiness === 'ready')
    state.objects.update(row, { state: 'pending', restore_until: until ?? null });
  else if (readiness === 'expired') state.objects.update(row, { state: 'archived' });
}

/** What one page of the listing tells, from this object on. Servers that tell nothing of restores leave it empty. */
async function listFrom(
  { state }: Mirror,
  client: S3Client,
  bucket: BucketRow,
  row: ObjectRow,
): Promise<{ told: Map<string, Restore>; lastKey: string | undefined }> {
  const common = {
    Bucket: bucket.name,
    OptionalObjectAttributes: ['RestoreStatus' as const],
    EncodingType: 'url' as const,
  };
  const after = state.objects.keyBefore(bucket.id, row.key) ?? undefined;
  const page =
    bucket.versioning === ''
      ? await client.send(new ListObjectsV2Command({ ...common, StartAfter: after })).then((answer) => ({
          Name: answer.Name,
          found: answer.Contents as (_Object & ObjectVersion)[] | undefined,
          encoding: answer.EncodingType,
          more: answer.IsTruncated,
        }))
      : await client.send(new ListObjectVersionsCommand({ ...common, KeyMarker: after })).then((answer) => ({
          Name: answer.Name,
          found: answer.Versions,
          encoding: answer.EncodingType,
          more: answer.IsTruncated,
        }));
  assertListing(bucket.name, page);
  const told = new Map<string, Restore>();
  const decode = keyDecoder(page.encoding);
  let lastKey: string | undefined;
  for (const { Key = '', VersionId = 'null', RestoreStatus } of page.found ?? []) {
    const key = decode(Key);
    lastKey = key;
    if (!RestoreStatus) continue;
    const until = RestoreStatus.RestoreExpiryDate?.getTime();
    const readiness = RestoreStatus.IsRestoreInProgress ? 'running' : until ? 'ready' : undefined;
    if (readiness) told.set(id({ key, version: VersionId }), { readiness, until });
  }
  return { told, lastKey: page.more ? lastKey : undefined };
}

/** The listing says nothing of this one: not restored any more, or not a server that lists restores. */
async function head(client: S3Client, bucket: BucketRow, row: ObjectRow): Promise<Restore> {
  try {
    const answer = await client.send(
      new HeadObjectCommand({
        Bucket: bucket.name,
        Key: row.key,
        VersionId: versionToAsk(row),
      }),
    );
    return readRestoreHeader(answer.Restore, answer.StorageClass, answer.ArchiveStatus, Date.now());
  } catch (error) {
    if (isAwsError(error, 'NotFound', 'NoSuchKey', 'NoSuchVersion')) return { readiness: 'gone' };
    throw error;
  }
}

/** `x-amz-restore`, such as `ongoing-request="false", expiry-date="Fri, 21 Dec 2012 00:00:00 GMT"`. */
export function readRestoreHeader(
  header: string | undefined,
  storageClass: string | undefined,
  archiveStatus: string | undefined,
  now: number,
): Restore {
  if (header?.includes('ongoing-request="true"')) return { readiness: 'running' };
  const until = Date.parse(/expiry-date="([^"]+)"/.exec(header ?? '')?.[1] ?? '') || undefined;
  if (header && (until === undefined || until > now)) return { readiness: 'ready', until };
  const archived = ARCHIVE_CLASSES.has(storageClass) || archiveStatus !== undefined;
  return { readiness: archived ? 'expired' : 'ready' };
}

function id({ key, version }: { key: string; version: string }): string {
  return `${version}\0${key}`;
}
