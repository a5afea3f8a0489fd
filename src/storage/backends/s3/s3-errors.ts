import { isStorageError, StorageError, type StorageErrorContext } from '../../storage.errors.js';
import { isKnownName, meaningOf } from './s3-error-table.js';

interface SdkError {
  name?: string;
  message?: string;
  code?: unknown;
  $metadata?: { httpStatusCode?: number; requestId?: string };
}

/** Any error of S3, the SDK or the connection as the service knows it. A {@link StorageError} passes through. */
export function s3Error(error: unknown, context: StorageErrorContext): StorageError {
  if (isStorageError(error)) return error;
  const { name = '', message = '', code, $metadata } = error as SdkError;
  const status = $metadata?.httpStatusCode;
  const [storageCode, advice] = meaningOf({ name, code, status });
  const said = [name, message].filter((text) => text && text !== 'UnknownError').join(': ');
  return new StorageError(
    storageCode,
    said ? `${advice} (${said})` : advice,
    {
      ...context,
      ...(status && { status }),
      ...($metadata?.requestId && { requestId: $metadata.requestId }),
    },
    { cause: error },
  );
}

/** True where the answer had no body that says why, as with every refused HEAD: "not found" may mean the bucket. */
export function isUnexplained(error: unknown): boolean {
  const { name = '', $metadata } = error as SdkError;
  const status = $metadata?.httpStatusCode ?? 0;
  return status >= 300 && status < 500 && (name === 'NotFound' || !isKnownName(name));
}
