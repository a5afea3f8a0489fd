import type { Readable } from 'node:stream';
import { StorageError, type StorageErrorContext } from './storage.errors.js';

/** Throws `aborted` if the caller has already given up. */
export function checkAborted(signal: AbortSignal | undefined, context: StorageErrorContext): void {
  if (signal?.aborted) throw abortedError(context);
}

/** Destroys the body with `aborted` once the signal fires. */
export function abortWith(
  body: Readable,
  signal: AbortSignal | undefined,
  context: StorageErrorContext,
): Readable {
  if (!signal) return body;
  const abort = (): void => void body.destroy(abortedError(context));
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  body.once('close', () => signal.removeEventListener('abort', abort));
  return body;
}

function abortedError(context: StorageErrorContext): StorageError {
  return new StorageError('aborted', 'the caller gave up', context);
}
