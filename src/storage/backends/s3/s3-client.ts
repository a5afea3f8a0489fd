import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import type { S3Config } from '../../../config/config.js';
import type { TimeLimits } from './time-limits.js';

/** First try and retries of one request. The SDK waits between them: exponential backoff with full jitter. */
const ATTEMPTS = 3;
export const SOCKETS = 128;

/**
 * The SDK's client as this service needs it. Retries happen here and nowhere else: the SDK repeats what failed because
 * of the network, a server error or throttling, with a budget shared by all calls that stops retries from piling up on a
 * server in trouble. It can do so for uploads too, as their bodies are buffers, never streams.
 */
export function createS3Client(config: S3Config, limits: TimeLimits, credentials?: Credentials): S3Client {
  const agent = { keepAlive: true, maxSockets: SOCKETS };
  return new S3Client({
    region: config.region ?? once(sdkRegion),
    ...(config.endpoint && { endpoint: config.endpoint }),
    ...(credentials && { credentials }),
    forcePathStyle: config.pathStyle,
    maxAttempts: ATTEMPTS,
    retryMode: 'standard',
    // The SDK's own CRC32 breaks some S3-compatible stores; a SHA-256 is sent with every upload anyway.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // Waiting for `100 Continue` costs a round trip, and with this SDK a new connection.
    expectContinueHeader: false,
    requestHandler: {
      connectionTimeout: limits.connectMs,
      requestTimeout: limits.firstByteMs,
      throwOnRequestTimeout: true,
      // A socket may be silent because our own reader is slow; ResponseBody distinguishes that from a server that hangs.
      socketTimeout: 0,
      httpAgent: new HttpAgent(agent),
      httpsAgent: new HttpsAgent(agent),
    },
  });
}

/** The SDK asks for the region several times per request, and every call of {@link sdkRegion} creates a client. */
function once<T>(find: () => Promise<T>): () => Promise<T> {
  let found: Promise<T> | undefined;
  return () => (found ??= find());
}

export type Credentials = NonNullable<S3ClientConfig['credentials']>;

/** What the SDK finds in AWS_REGION or the profile; if there is none, the region AWS itself falls back to. */
async function sdkRegion(): Promise<string> {
  try {
    return await new S3Client({}).config.region();
  } catch {
    return 'us-east-1';
  }
}
