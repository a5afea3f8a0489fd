import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { FaultProxy, services } from '../services/index.js';

/** A new bucket on the shared gateway, reached by way of a proxy that can fail, and the variables that point to it. */
export interface TestBucket {
  name: string;
  proxy: FaultProxy;
  /** Straight to the gateway, whatever the proxy does. */
  client: S3Client;
  env: Record<string, string>;
  close(): Promise<void>;
}

export async function createTestBucket(): Promise<TestBucket> {
  const gateway = await services.radosgw();
  const proxy = await FaultProxy.to(gateway.endpoint);
  const name = `certs-${randomUUID()}`;
  const credentials = { accessKeyId: gateway.accessKey, secretAccessKey: gateway.secretKey };
  const client = new S3Client({
    endpoint: gateway.endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials,
  });
  await client.send(new CreateBucketCommand({ Bucket: name }));
  // The service takes credentials from the SDK's own chain, which reads the process's environment.
  process.env['AWS_ACCESS_KEY_ID'] = gateway.accessKey;
  process.env['AWS_SECRET_ACCESS_KEY'] = gateway.secretKey;
  return {
    name,
    proxy,
    client,
    env: {
      AWS_STORAGE_BUCKET_NAME: name,
      AWS_S3_REGION_NAME: 'us-east-1',
      AWS_S3_ENDPOINT_URL: proxy.url(gateway.endpoint),
      AWS_ACCESS_KEY_ID: gateway.accessKey,
      AWS_SECRET_ACCESS_KEY: gateway.secretKey,
    },
    async close() {
      client.destroy();
      await proxy.close();
    },
  };
}
