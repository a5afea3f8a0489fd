import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLoggingCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  type LifecycleRule,
  type LoggingEnabled,
  type ObjectOwnership,
  type PublicAccessBlockConfiguration,
  type S3Client,
  type ServerSideEncryptionRule,
} from '@aws-sdk/client-s3';
import { isAwsError } from '../error-code.js';
import { type BucketPolicy, readPolicy } from './bucket-policy.js';

/**
 * A bucket's settings, each read when first asked for. "Not configured" is an answer (null, or an empty list), although
 * S3 sends it as an error; every other error is thrown.
 */
export class BucketSettings {
  private readonly answers = new Map<string, Promise<unknown>>();

  constructor(
    private readonly client: S3Client,
    readonly bucket: string,
  ) {}

  policy(): Promise<BucketPolicy | null> {
    return this.once('policy', () => readPolicy(this.client, this.bucket));
  }

  /** @returns `Enabled`, `Suspended` or null for a bucket that never had versions */
  versioning(): Promise<string | null> {
    return this.once('versioning', async () => {
      const { Status } = await this.client.send(new GetBucketVersioningCommand({ Bucket: this.bucket }));
      return Status ?? null;
    });
  }

  /** Default encryption, and which kinds of encryption uploads may not ask for. */
  encryption(): Promise<ServerSideEncryptionRule | null> {
    return this.once('encryption', async () => {
      const answer = await this.client
        .send(new GetBucketEncryptionCommand({ Bucket: this.bucket }))
        .catch(notSet('ServerSideEncryptionConfigurationNotFoundError'));
      return answer?.ServerSideEncryptionConfiguration?.Rules?.[0] ?? null;
    });
  }

  publicAccessBlock(): Promise<PublicAccessBlockConfiguration | null> {
    return this.once('public access block', async () => {
      const answer = await this.client
        .send(new GetPublicAccessBlockCommand({ Bucket: this.bucket }))
        .catch(notSet('NoSuchPublicAccessBlockConfiguration'));
      return answer?.PublicAccessBlockConfiguration ?? null;
    });
  }

  ownership(): Promise<ObjectOwnership | null> {
    return this.once('object ownership', async () => {
      const answer = await this.client
        .send(new GetBucketOwnershipControlsCommand({ Bucket: this.bucket }))
        .catch(notSet('OwnershipControlsNotFoundError'));
      return answer?.OwnershipControls?.Rules?.[0]?.ObjectOwnership ?? null;
    });
  }

  logging(): Promise<LoggingEnabled | null> {
    return this.once('logging', async () => {
      const { LoggingEnabled } = await this.client.send(new GetBucketLoggingCommand({ Bucket: this.bucket }));
      return LoggingEnabled ?? null;
    });
  }

  lifecycle(): Promise<LifecycleRule[]> {
    return this.once('lifecycle', async () => {
      const answer = await this.client
        .send(new GetBucketLifecycleConfigurationCommand({ Bucket: this.bucket }))
        .catch(notSet('NoSuchLifecycleConfiguration'));
      return answer?.Rules ?? [];
    });
  }

  private once<T>(setting: string, read: () => Promise<T>): Promise<T> {
    const answer = (this.answers.get(setting) as Promise<T> | undefined) ?? read();
    this.answers.set(setting, answer);
    return answer;
  }
}

function notSet(code: string): (error: unknown) => null {
  return (error) => {
    if (isAwsError(error, code)) return null;
    throw error;
  };
}
