import { namePermission, permissionFor } from './permissions.js';

test.each([
  ['GetBucketPolicy', undefined, 's3:GetBucketPolicy'],
  ['ListObjectsV2', undefined, 's3:ListBucket'],
  ['GetBucketEncryption', undefined, 's3:GetEncryptionConfiguration'],
  ['HeadObject', 'v1', 's3:GetObjectVersion'],
  ['DeleteObjects', undefined, 's3:DeleteObject'],
  ['RestoreObject', 'v1', 's3:RestoreObject'],
])('%s of version %s needs %s', (call, version, permission) => {
  expect(permissionFor(call, version)).toBe(permission);
});

test('a refusal that names what was missing is left as it is: it may be the key of KMS', () => {
  const named = 'AccessDenied: User: x is not authorized to perform: kms:Decrypt on resource: y';
  expect(namePermission(named, 's3:GetObject')).toBe(named);
  expect(namePermission('AccessDenied: Access Denied', 's3:GetObject')).toBe(
    'AccessDenied: Access Denied (s3:GetObject)',
  );
});
