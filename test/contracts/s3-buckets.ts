import '../doubles/native-errors.js';
import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import type { S3Config } from '../../src/config/config.js';
import { S3Backend, type S3BackendOptions } from '../../src/storage/backends/s3/s3-backend.js';

export interface S3Server {
  endpoint: string;
  accessKey: string;
  secretKey: string;
}

/** A new bucket on a server for tests, and what it takes to get at it. */
export class TestBucket {
  private constructor(
    readonly server: S3Server,
    readonly name: string,
    readonly admin: S3Client,
  ) {}

  static async on(server: S3Server, options: { versioned?: boolean } = {}): Promise<TestBucket> {
    const { endpoint, accessKey, secretKey } = server;
    const admin = new S3Client({
      endpoint,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
      requestChecksumCalculation: 'WHEN_REQUIRED',
    });
    const Bucket = `certs-${randomUUID()}`;
    await admin.send(new CreateBucketCommand({ Bucket }));
    if (options.versioned) {
      const VersioningConfiguration = { Status: 'Enabled' as const };
      await admin.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    }
    return new TestBucket(server, Bucket, admin);
  }

  config(changes: Partial<S3Config> = {}): S3Config {
    return {
      bucket: this.name,
      region: 'us-east-1',
      endpoint: this.server.endpoint,
      pathStyle: true,
      encryption: 'AES256',
      kmsKeyId: undefined,
      urlLifeSeconds: 600,
      restore: { tier: 'Standard', days: 7 },
      archiveAfterDays: 365,
      ...changes,
    };
  }

  get credentials(): { accessKeyId: string; secretAccessKey: string } {
    return { accessKeyId: this.server.accessKey, secretAccessKey: this.server.secretKey };
  }

  backend(changes: Partial<S3Config> = {}, options: S3BackendOptions = {}): S3Backend {
    return new S3Backend(this.config(changes), { credentials: this.credentials, ...options });
  }
}
