import type { ConditionElement } from '../document.js';
import { bucketAndObjects, type GeneratedControl } from './control.js';

const SSE = 's3:x-amz-server-side-encryption';

/**
 * Denies uploads that do not ask for SSE-S3 or SSE-KMS, and those with a key of the client's own (SSE-C). On PutObject
 * only: the keys are missing on every other action, where the condition would always deny. In a multipart upload the
 * request that creates it asks for encryption and S3 judges the parts by that.
 *
 * Two operators with one value each, rather than one with two: Ceph 16 reads a negated list as "differs from any".
 * `StringLike: *` rather than `Null: false` for SSE-C: Ceph 16 reads that as `Null: true`.
 */
export const encryptedOnly: GeneratedControl = {
  name: 'encrypted-only',
  summary: 'deny uploads that do not ask for SSE-S3 or SSE-KMS, and uploads with SSE-C',
  sids: ['EncryptedOnly', 'EncryptedOnlyNoSseC'],
  statements(context) {
    const upload = {
      Effect: 'Deny' as const,
      Principal: '*' as const,
      Action: 's3:PutObject',
      Resource: bucketAndObjects(context)[1],
    };
    const differs: ConditionElement = context.allowDefaultEncryption
      ? {
          Null: { [SSE]: 'false' },
          StringNotEquals: { [SSE]: 'AES256' },
          StringNotLike: { [SSE]: 'aws:kms*' },
        }
      : { StringNotEqualsIfExists: { [SSE]: 'AES256' }, StringNotLikeIfExists: { [SSE]: 'aws:kms*' } };
    return [
      { Sid: 'EncryptedOnly', ...upload, Condition: differs },
      {
        Sid: 'EncryptedOnlyNoSseC',
        ...upload,
        Condition: { StringLike: { [`${SSE}-customer-algorithm`]: '*' } },
      },
    ];
  },
  note: ({ allowDefaultEncryption }) =>
    allowDefaultEncryption
      ? "encrypted-only: uploads that ask for no encryption are allowed and get the bucket's default; SSE-C is denied"
      : "encrypted-only: clients that rely on the bucket's default encryption and send no x-amz-server-side-encryption header are denied, unless generated with --allow-default-encryption; SSE-C is denied",
};
