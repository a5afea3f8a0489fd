import type { S3Client } from '@aws-sdk/client-s3';
import { errorCode } from '../error-code.js';

/** What IAM calls the permission for a call of S3, where that is not the call's own name. */
const OTHER_NAMES: Record<string, string> = {
  ListBuckets: 'ListAllMyBuckets',
  HeadBucket: 'ListBucket',
  ListObjectsV2: 'ListBucket',
  ListObjectVersions: 'ListBucketVersions',
  ListMultipartUploads: 'ListBucketMultipartUploads',
  GetBucketEncryption: 'GetEncryptionConfiguration',
  GetBucketLifecycleConfiguration: 'GetLifecycleConfiguration',
  GetObjectLockConfiguration: 'GetBucketObjectLockConfiguration',
  GetPublicAccessBlock: 'GetBucketPublicAccessBlock',
  HeadObject: 'GetObject',
  DeleteObjects: 'DeleteObject',
  CreateMultipartUpload: 'PutObject',
  UploadPart: 'PutObject',
  CompleteMultipartUpload: 'PutObject',
};

/** Of these an object's older versions have permissions of their own. */
const BY_VERSION = new Set(['GetObject', 'DeleteObject']);

/**
 * The permission that a call of S3 needs.
 * Source: Amazon S3 user guide, "Required permissions for Amazon S3 API operations".
 */
export function permissionFor(call: string, version?: string): string {
  const name = OTHER_NAMES[call] ?? call;
  return `s3:${name}${version !== undefined && BY_VERSION.has(name) ? 'Version' : ''}`;
}

/** A refusal with the permission that was missing, unless it names that itself, as AWS does where it may. */
export function namePermission(refusal: string, permission: string): string {
  return /\b(s3|kms):\w/.test(refusal) ? refusal : `${refusal} (${permission})`;
}

/** Makes what a client is denied name the permission: servers other than AWS say no more than "Access Denied". */
export function nameDenied(client: S3Client): void {
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (request) => {
        try {
          return await next(request);
        } catch (error) {
          if (error instanceof Error && errorCode(error) === 'AccessDenied') {
            const { VersionId } = request.input as { VersionId?: string };
            const permission = permissionFor(commandName.replace(/Command$/, ''), VersionId);
            error.message = namePermission(
              error.message.replace(/^(UnknownError)?$/, 'Access Denied'),
              permission,
            );
          }
          throw error;
        }
      },
    { step: 'initialize', name: 'nameDenied' },
  );
}
