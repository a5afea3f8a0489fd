import {
  type DeleteMarkerEntry,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ObjectVersion,
  type S3Client,
} from '@aws-sdk/client-s3';
import { compareKeys } from '../../state/key-order.js';
import type { ListedObject } from '../../state/object-row.js';
import { ToolError } from '../../tool-error.js';

/** Where a listing goes on: after this key, or inside it after this version. */
export interface ListingPosition {
  key: string | null;
  version?: string | undefined;
}

export interface ListingPage {
  objects: ListedObject[];
  /** Undefined after the last page. */
  next: ListingPosition | undefined;
}

/**
 * One page of a bucket, in key order, every version where `versions` is set (newest first within a key).
 * @throws ToolError `truncated_listing` where S3 says there is more but not where: going on would lose objects
 */
export async function listPage(
  client: S3Client,
  bucket: string,
  versions: boolean,
  after: ListingPosition,
  signal?: AbortSignal,
): Promise<ListingPage> {
  return versions
    ? await listVersions(client, bucket, after, signal)
    : await listCurrent(client, bucket, after, signal);
}

async function listCurrent(
  client: S3Client,
  bucket: string,
  after: ListingPosition,
  abortSignal?: AbortSignal,
): Promise<ListingPage> {
  const page = await client.send(
    new ListObjectsV2Command({ Bucket: bucket, EncodingType: 'url', StartAfter: after.key ?? undefined }),
    { abortSignal },
  );
  const decode = decoder(page.EncodingType);
  const objects = (page.Contents ?? []).map((found) =>
    toListed(found, decode, { version: 'null', latest: true, marker: false }),
  );
  const last = objects.at(-1);
  if (page.IsTruncated && !last) throw truncated(bucket);
  return { objects, next: page.IsTruncated && last ? { key: last.key } : undefined };
}

async function listVersions(
  client: S3Client,
  bucket: string,
  after: ListingPosition,
  abortSignal?: AbortSignal,
): Promise<ListingPage> {
  const page = await client.send(
    new ListObjectVersionsCommand({
      Bucket: bucket,
      EncodingType: 'url',
      KeyMarker: after.key ?? undefined,
      VersionIdMarker: after.version,
    }),
    { abortSignal },
  );
  const decode = decoder(page.EncodingType);
  const toVersion = (found: ObjectVersion | DeleteMarkerEntry, marker: boolean): ListedObject => {
    const version = found.VersionId ?? 'null';
    return toListed(found, decode, { version, latest: found.IsLatest === true, marker });
  };
  // The SDK hands over versions and markers as two lists; each is in key order.
  const objects = [
    ...(page.Versions ?? []).map((found) => toVersion(found, false)),
    ...(page.DeleteMarkers ?? []).map((found) => toVersion(found, true)),
  ].sort((a, b) => compareKeys(a.key, b.key));
  if (!page.IsTruncated) return { objects, next: undefined };
  if (!page.NextKeyMarker) throw truncated(bucket);
  return {
    objects,
    next: { key: decode(page.NextKeyMarker), version: page.NextVersionIdMarker || undefined },
  };
}

interface Found {
  Key?: string | undefined;
  Size?: number | undefined;
  LastModified?: Date | undefined;
  ETag?: string | undefined;
  StorageClass?: string | undefined;
}

/** One literal: an object put together by spreading takes several times the memory, a million times over. */
function toListed(
  found: Found,
  decode: (key: string) => string,
  { version, latest, marker }: Pick<ListedObject, 'version' | 'latest' | 'marker'>,
): ListedObject {
  return {
    key: decode(found.Key ?? ''),
    version,
    latest,
    marker,
    size: found.Size ?? 0,
    modified: found.LastModified?.getTime() ?? 0,
    etag: (found.ETag ?? '').replaceAll('"', ''),
    storageClass: found.StorageClass ?? 'STANDARD',
  };
}

/** Keys are asked for in URL encoding, because XML can't carry control characters. Not every server complies. */
function decoder(encoding: string | undefined): (key: string) => string {
  return encoding === 'url' ? (key) => decodeURIComponent(key.replaceAll('+', '%20')) : (key) => key;
}

function truncated(bucket: string): ToolError {
  return new ToolError(
    'truncated_listing',
    `${bucket}: the server says there are more objects but not where to go on`,
    'nothing was concluded from this listing; report it to whoever runs the server',
  );
}
