import { abortWith, checkAborted } from '../../abort.js';
import { checkRange } from '../../range.js';
import { ResponseBody } from '../../response-body.js';
import type { GetOptions, ObjectRead } from '../../storage-backend.js';
import { StorageError } from '../../storage.errors.js';
import type { StorageKey } from '../../storage-key.js';
import type { ObjectRequest } from './object-client.js';
import type { AnswerHeaders } from './refusal.js';
import type { S3Connection } from './s3-connection.js';
import { shownOf } from './s3-stat.js';
import { transferMs } from './time-limits.js';

export async function getObject(s3: S3Connection, key: StorageKey, options: GetOptions): Promise<ObjectRead> {
  const { range, signal } = options;
  const context = s3.context('get', key);
  checkAborted(signal, context);
  if (range) checkRange(range, context);
  const request = getRequest(key, options);
  const answer = await s3.call('get', { key, signal }, (sendOptions) =>
    s3.objects.open(request, sendOptions),
  );
  const length = Number(answer.headers['content-length'] ?? -1);
  const found = sentRange(answer.headers, length);
  if (length < 0 || (range && found.range.start !== range.start)) {
    answer.body.destroy();
    throw new StorageError('internal', 'the answer does not say which bytes it has', context);
  }
  const { idleMs, callMs } = s3.limits;
  const limits = { idleMs, wholeMs: callMs + transferMs(s3.limits, length) };
  const body = new ResponseBody(answer.body, length, limits, context);
  return {
    info: { ...shownOf(answer.headers), key, size: found.size },
    range: found.range,
    body: abortWith(body, signal, context),
  };
}

export function getRequest(key: StorageKey, { range, ifMatch }: GetOptions): ObjectRequest {
  const headers = {
    ...(range && { range: `bytes=${range.start}-${range.end ?? ''}` }),
    ...(ifMatch !== undefined && { 'if-match': `"${ifMatch}"` }),
  };
  return { method: 'GET', key, headers };
}

function sentRange(
  { 'content-range': contentRange = '' }: AnswerHeaders,
  length: number,
): { size: number; range: { start: number; end: number } } {
  const [, start, end, size] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(contentRange) ?? [];
  return start === undefined
    ? { size: length, range: { start: 0, end: length - 1 } }
    : { size: Number(size), range: { start: Number(start), end: Number(end) } };
}
