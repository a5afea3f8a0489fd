import { services } from '../services/index.js';
import { TestBucket } from './s3-buckets.js';
import { describeStorageContract } from './storage-contract.js';

describeStorageContract('S3 (moto)', async () => {
  const bucket = await TestBucket.on(await services.moto());
  return { backend: bucket.backend(), other: bucket.backend() };
});

describeStorageContract('S3 (moto), versioned bucket', async () => {
  const bucket = await TestBucket.on(await services.moto(), { versioned: true });
  return { backend: bucket.backend(), other: bucket.backend() };
});
