import { services } from '../services/index.js';
import { TestBucket } from './s3-buckets.js';
import { describeStorageContract } from './storage-contract.js';

describeStorageContract('S3 (radosgw)', async () => {
  const bucket = await TestBucket.on(await services.radosgw());
  return { backend: bucket.backend(), other: bucket.backend() };
});

describeStorageContract(
  'S3 (radosgw), versioned bucket, SSE-KMS',
  async () => {
    const server = await services.radosgw();
    const bucket = await TestBucket.on(server, { versioned: true });
    const encryption = { encryption: 'aws:kms', kmsKeyId: server.kmsKeys[0] } as const;
    return { backend: bucket.backend(encryption), other: bucket.backend(encryption) };
  },
  // Ceph 16 honours If-None-Match in buckets without versions only.
  { overwrites: true },
);
