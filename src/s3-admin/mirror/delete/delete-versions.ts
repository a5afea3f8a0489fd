import { DeleteObjectCommand, DeleteObjectsCommand, type S3Client } from '@aws-sdk/client-s3';
import { describeError } from '../../describe-error.js';
import { wasRefused } from '../../error-code.js';
import type { BucketRow } from '../../state/buckets.js';
import type { ListedObject, ObjectRow } from '../../state/object-row.js';
import { namePermission, permissionFor } from '../../aws/permissions.js';
import { ToolError } from '../../tool-error.js';
import type { Mirror } from '../mirror.js';
import type { Deletion } from './deletion.js';

interface Deletable {
  object: ListedObject;
  row: ObjectRow;
}

/** S3 takes this many in one request. */
const BATCH = 1_000;

/** Characters that XML, and so a request of many keys, can't carry. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what has to be found
const NOT_IN_XML = /[\x00-\x1f\x7f\ufffe\uffff]/;

/** Deletes these versions, and records each that is gone. */
export async function deleteVersions(
  mirror: Mirror,
  bucket: BucketRow,
  client: S3Client,
  versions: Deletable[],
  result: Deletion,
): Promise<void> {
  for (let i = 0; i < versions.length; i += BATCH) {
    await deleteBatch(mirror, bucket, client, versions.slice(i, i + BATCH), result);
  }
}

async function deleteBatch(
  mirror: Mirror,
  bucket: BucketRow,
  client: S3Client,
  batch: Deletable[],
  result: Deletion,
): Promise<void> {
  const together = batch.filter(({ object }) => !NOT_IN_XML.test(object.key));
  const refused = new Map<string, string>();
  if (together.length > 0) {
    const { Errors } = await client
      .send(
        new DeleteObjectsCommand({
          Bucket: bucket.name,
          Delete: {
            Quiet: true,
            Objects: together.map(({ object }) => ({ Key: object.key, ...identity(bucket, object) })),
          },
        }),
      )
      .catch((error: unknown) => {
        throw wasRefused(error) ? error : unclear(error, together.length);
      });
    for (const { Key: key = '', VersionId: version, Code, Message } of Errors ?? []) {
      // A refusal that names no version counts for every version: none that may still exist is recorded as deleted.
      const refusal = `${Code}: ${Message}`;
      refused.set(
        version === undefined ? key : id({ key, version }),
        Code === 'AccessDenied' ? namePermission(refusal, permissionFor('DeleteObjects', version)) : refusal,
      );
    }
  }
  for (const { object } of batch.filter(({ object }) => NOT_IN_XML.test(object.key))) {
    const { VersionId, ETag } = identity(bucket, object);
    try {
      await client.send(
        new DeleteObjectCommand({ Bucket: bucket.name, Key: object.key, VersionId, IfMatch: ETag }),
      );
    } catch (error) {
      refused.set(id(object), describeError(error).message);
    }
  }
  record(mirror, batch, refused, result);
}

function unclear(cause: unknown, count: number): ToolError {
  const { code, message } = describeError(cause);
  return new ToolError(
    code,
    `${message}; ${count} more may be deleted`,
    'run `mirror`: it finds out, and keeps their copies',
    { cause },
  );
}

/**
 * What names exactly this version. A null version can be overwritten wherever versioning is not on, so the current one is
 * named by its ETag too; of older versions S3 compares none.
 * Source: Amazon S3 user guide, "How to perform conditional deletes".
 */
function identity(bucket: BucketRow, object: ListedObject): { VersionId?: string; ETag?: string } {
  const { version, latest, marker, etag } = object;
  const canChange = version === 'null' && latest && !marker;
  return {
    ...(bucket.versioning !== '' && { VersionId: version }),
    ...(canChange && { ETag: `"${etag}"` }),
  };
}

function record(
  { state, progress }: Mirror,
  batch: Deletable[],
  refused: Map<string, string>,
  result: Deletion,
): void {
  state.transaction(() => {
    for (const { object, row } of batch) {
      const error = refused.get(id(object)) ?? refused.get(object.key);
      if (error !== undefined) {
        result.failures.push({ key: object.key, version: object.version, error });
      } else if (object.marker) {
        state.objects.remove(row);
        result.markers++;
      } else {
        state.objects.update(row, { state: 'deleted' });
        result.deleted++;
      }
    }
  });
  for (const { object } of batch) progress.add(1, object.size);
}

/** Equal to no key: one that is sent in XML has no NUL. */
function id({ key, version }: { key: string; version: string }): string {
  return `${version}\0${key}`;
}
