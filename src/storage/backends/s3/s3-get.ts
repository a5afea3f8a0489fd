import { GetObjectCommand, type GetObjectCommandOutput } from '@aws-sdk/client-s3';
import type { Readable } from 'node:stream';
import { abortWith, checkAborted } from '../../abort.js';
import { checkRange } from '../../range.js';
import { ResponseBody } from '../../response-body.js';
import type { GetOptions, ObjectRead } from '../../storage-backend.js';
import { StorageError } from '../../storage.errors.js';
import type { StorageKey } from '../../storage-key.js';
import type { S3Connection } from './s3-connection.js';
import { unquoted } from './s3-stat.js';
import { transferMs } from './time-limits.js';

export async function getObject(s3: S3Connection, key: StorageKey, options: GetOptions): Promise<ObjectRead> {
  const { range, ifMatch, signal } = options;
  const context = s3.context('get', key);
  checkAborted(signal, context);
  if (range) checkRange(range, context);
  const output = await s3.call('get', { key, signal }, (sendOptions) =>
    s3.client.send(
      new GetObjectCommand({
        Bucket: s3.bucket,
        Key: key,
        ...(range && { Range: `bytes=${range.start}-${range.end ?? ''}` }),
        ...(ifMatch !== undefined && { IfMatch: `"${ifMatch}"` }),
      }),
      sendOptions,
    ),
  );
  const length = output.ContentLength ?? -1;
  const found = sentRange(output, length);
  if (length < 0 || (range && found.range.start !== range.start)) {
    (output.Body as Readable).destroy();
    throw new StorageError('internal', 'the answer does not tell which bytes it holds', context);
  }
  const { idleMs, callMs } = s3.limits;
  const limits = { idleMs, wholeMs: callMs + transferMs(s3.limits, length) };
  const body = new ResponseBody(output.Body as Readable, length, limits, context);
  return {
    info: {
      key,
      size: found.size,
      modifiedAt: output.LastModified ?? new Date(0),
      ...(output.ETag && { etag: unquoted(output.ETag) }),
      ...(output.VersionId && output.VersionId !== 'null' && { versionId: output.VersionId }),
    },
    range: found.range,
    body: abortWith(body, signal, context),
  };
}

function sentRange(
  { ContentRange }: GetObjectCommandOutput,
  length: number,
): { size: number; range: { start: number; end: number } } {
  const [, start, end, size] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(ContentRange ?? '') ?? [];
  return start === undefined
    ? { size: length, range: { start: 0, end: length - 1 } }
    : { size: Number(size), range: { start: Number(start), end: Number(end) } };
}
