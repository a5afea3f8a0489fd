import {
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { describeError } from '../../describe-error.js';
import { isAwsError } from '../../error-code.js';
import type { BucketRow } from '../../state/buckets.js';
import { type Count, sum } from '../../state/tallies.js';
import type { Mirror } from '../mirror.js';
import type { ListingPosition } from '../scan/check-listing.js';
import { listPage } from '../scan/listing.js';
import { matchPage, type Obstacle } from './match.js';
import { type Upload, uploadsOf } from './uploads.js';

/** What deleting a bucket would remove, and everything that forbids it. */
export interface Survey {
  bucket: string;
  current: Count;
  older: Count;
  markers: number;
  uploads: Upload[];
  /** The objects by what their copies were compared with; `none` is the size only. */
  proofs: Record<string, Count>;
  verifiedAt: number | null;
  /** Nothing may be deleted while there is one. */
  refusals: string[];
}

const OBSTACLES_SHOWN = 10;

const COPY = 'run `mirror` to copy and verify them first';
const VERIFY = 'run `mirror verify` to read the copies back, then `mirror retry` for those it finds wrong';

/** Checks everything that a deletion depends on. Changes nothing. What can't be checked is a reason to refuse. */
export async function survey(mirror: Mirror, bucket: BucketRow): Promise<Survey> {
  const found: Survey = {
    ...{
      bucket: bucket.name,
      current: { files: 0, bytes: 0 },
      older: { files: 0, bytes: 0 },
      markers: 0,
      uploads: [],
    },
    proofs: {},
    verifiedAt: bucket.verifiedAt,
    refusals: [],
  };
  if (bucket.goneAt !== null) {
    const when = new Date(bucket.deletedAt ?? bucket.goneAt).toISOString();
    found.refusals.push(bucket.deletedAt === null ? `it was gone at ${when}` : `it was deleted at ${when}`);
    return found;
  }
  if (bucket.verifiedAt === null)
    found.refusals.push('it is not completely verified: run `mirror`, then see `mirror errors`');
  try {
    const client = await mirror.clients.s3For(bucket.name);
    found.refusals.push(...(await protections(client, bucket)));
    if (found.refusals.length > 0) return found;
    found.refusals.push(...(await matchAll(mirror, bucket, client, found)));
    found.uploads = await uploadsOf(client, bucket.name);
  } catch (error) {
    const { message, next } = describeError(error);
    found.refusals.push(`it can't be inspected: ${message}`, ...(next ? [next] : []));
  }
  return found;
}

/** Object Lock and MFA delete make part of a deletion fail: better to delete nothing. */
async function protections(client: S3Client, bucket: BucketRow): Promise<string[]> {
  const refusals: string[] = [];
  const { Status, MFADelete } = await client.send(new GetBucketVersioningCommand({ Bucket: bucket.name }));
  if (MFADelete === 'Enabled') {
    refusals.push('MFA delete is on: versions can only be deleted by the root user with an MFA code');
  }
  if ((Status ?? '') !== bucket.versioning) {
    refusals.push(
      `versioning is now ${Status ?? 'off'}, it was ${bucket.versioning || 'off'} when the bucket was listed: run \`mirror\` again`,
    );
  }
  try {
    const { ObjectLockConfiguration } = await client.send(
      new GetObjectLockConfigurationCommand({ Bucket: bucket.name }),
    );
    if (ObjectLockConfiguration?.ObjectLockEnabled === 'Enabled') {
      refusals.push("Object Lock is on: locked versions can't be deleted before their retention ends");
    }
  } catch (error) {
    if (
      !isAwsError(
        error,
        'ObjectLockConfigurationNotFoundError',
        'InvalidRequest',
        'NotImplemented',
        'MethodNotAllowed',
      )
    )
      throw error;
  }
  return refusals;
}

async function matchAll(
  mirror: Mirror,
  bucket: BucketRow,
  client: S3Client,
  found: Survey,
): Promise<string[]> {
  const shown: Obstacle[] = [];
  let count = 0;
  const ways = new Set<string>();
  let position: ListingPosition | undefined = { key: null };
  while (position && !mirror.signal.aborted) {
    const page = await listPage(client, bucket.name, bucket.versioning !== '', position, mirror.signal);
    const { deletable, obstacles } = matchPage(mirror, bucket, page.objects);
    for (const { object, row } of deletable) {
      if (object.marker) {
        found.markers++;
        continue;
      }
      const one = { files: 1, bytes: object.size };
      const kind = object.latest ? found.current : found.older;
      Object.assign(kind, sum([kind, one]));
      found.proofs[row.proof] = sum([found.proofs[row.proof] ?? { files: 0, bytes: 0 }, one]);
    }
    count += obstacles.length;
    for (const { onDisk } of obstacles) ways.add(onDisk ? VERIFY : COPY);
    shown.push(...obstacles.slice(0, OBSTACLES_SHOWN - shown.length));
    position = page.next;
  }
  const refusals = shown.map(
    ({ key, version, reason }) =>
      `${JSON.stringify(key)}${version === 'null' ? '' : ` (version ${version})`}: ${reason}`,
  );
  if (count > shown.length) refusals.push(`and ${count - shown.length} more`);
  return [...refusals, ...ways];
}
