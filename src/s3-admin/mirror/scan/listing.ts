import {
  type DeleteMarkerEntry,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ObjectVersion,
  type S3Client,
} from '@aws-sdk/client-s3';
import { compareKeys } from '../../state/key-order.js';
import type { ListedObject } from '../../state/object-row.js';
import {
  assertGoesOn,
  assertInOrder,
  assertListing,
  type ListingPosition,
  truncated,
} from './check-listing.js';

export interface ListingPage {
  objects: ListedObject[];
  /** Undefined after the last page. */
  next: ListingPosition | undefined;
}

/**
 * One page of a bucket, in key order, every version where `versions` is set (newest first within a key).
 * @throws ToolError if relying on the answer would lose objects: `no_listing` if it is none, `truncated_listing` if S3
 * says there is more but not where, `unordered_listing` if keys are repeated
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
  assertListing(bucket, page);
  const decode = keyDecoder(page.EncodingType);
  const objects = (page.Contents ?? []).map((found) =>
    toListed(found, decode, { version: 'null', latest: true, marker: false }),
  );
  assertInOrder(after.key, objects);
  const last = objects.at(-1);
  if (page.IsTruncated && !last) throw truncated();
  if (!page.IsTruncated || !last) return { objects, next: undefined };
  const next = { key: last.key };
  assertGoesOn(after, next);
  return { objects, next };
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
  assertListing(bucket, page);
  const decode = keyDecoder(page.EncodingType);
  const toVersion = (found: ObjectVersion | DeleteMarkerEntry, marker: boolean): ListedObject => {
    const version = found.VersionId ?? 'null';
    return toListed(found, decode, { version, latest: found.IsLatest === true, marker });
  };
  const found = (page.Versions ?? []).map((version) => toVersion(version, false));
  const markers = (page.DeleteMarkers ?? []).map((marker) => toVersion(marker, true));
  for (const list of [found, markers]) assertInOrder(after.key, list);
  // The SDK hands over versions and markers as two lists; each is in key order.
  const objects = [...found, ...markers].sort((a, b) => compareKeys(a.key, b.key));
  if (!page.IsTruncated) return { objects, next: undefined };
  if (!page.NextKeyMarker) throw truncated();
  const next = { key: decode(page.NextKeyMarker), version: page.NextVersionIdMarker || undefined };
  assertGoesOn(after, next);
  return { objects, next };
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
export function keyDecoder(encoding: string | undefined): (key: string) => string {
  return encoding === 'url' ? (key) => decodeURIComponent(key.replaceAll('+', '%20')) : (key) => key;
}
