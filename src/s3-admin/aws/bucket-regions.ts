import { HeadBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import { isAwsError } from '../error-code.js';
import { ToolError } from '../tool-error.js';

/** Where buckets lie; each is asked for once. */
export class BucketRegions {
  readonly #known = new Map<string, Promise<string>>();

  /**
   * @param home region of a bucket about which S3 does not say
   * @param client for any region
   */
  constructor(
    private readonly home: () => Promise<string>,
    private readonly client: () => Promise<S3Client>,
  ) {}

  /** Keeps what a listing told. */
  learn(bucket: string, region: string): void {
    if (!this.#known.has(bucket)) this.#known.set(bucket, Promise.resolve(region));
  }

  /** @throws NoSuchBucket and what else HeadBucket may answer, except access denied */
  of(bucket: string): Promise<string> {
    let region = this.#known.get(bucket);
    if (!region) {
      region = this.#ask(bucket);
      this.#known.set(bucket, region);
      // A failure is not kept: the next caller asks again.
      region.catch(() => this.#known.delete(bucket));
    }
    return region;
  }

  /** The answer is in a header that S3 sends even when it denies access. */
  async #ask(bucket: string): Promise<string> {
    const client = await this.client();
    try {
      const { BucketRegion } = await client.send(new HeadBucketCommand({ Bucket: bucket }));
      return BucketRegion || (await this.home());
    } catch (error) {
      const region = regionHeader(error);
      if (region) return region;
      if (isAwsError(error, 'AccessDenied')) return this.home();
      if (isAwsError(error, 'NotFound', 'NoSuchBucket')) {
        throw new ToolError(
          'NoSuchBucket',
          `bucket ${bucket} does not exist`,
          'check the name, the account and the endpoint',
          { cause: error },
        );
      }
      throw error;
    }
  }
}

function regionHeader(error: unknown): string | undefined {
  const response = (error as { $response?: { headers?: Record<string, string> } }).$response;
  return response?.headers?.['x-amz-bucket-region'];
}
