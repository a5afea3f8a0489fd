import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';

/** The address of a bucket's objects. */
export interface S3Target {
  /** Scheme, host and port. */
  origin: string;
  host: string;
  /** What comes before the key; `/` or, in path style, `/bucket/`. */
  basePath: string;
  region: string;
}

/**
 * Learns the target from one URL that the SDK signed. So its rules for endpoints (virtual hosts and paths, dots in
 * bucket names, custom endpoints, FIPS, dual stack) apply to our requests and URLs, too.
 */
export async function learnTarget(client: S3Client, bucket: string): Promise<S3Target> {
  const signed = new URL(await getSignedUrl(client, new GetObjectCommand({ Bucket: bucket, Key: 'x' })));
  const [, , region = ''] = (signed.searchParams.get('X-Amz-Credential') ?? '').split('/');
  return {
    origin: signed.origin,
    host: signed.host,
    basePath: signed.pathname.slice(0, -1),
    region,
  };
}
