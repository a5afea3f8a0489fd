/** What S3 demands of a caller for each call the service makes, and the condition keys the call carries. */
export interface ServiceCall {
  actions: string[];
  on: 'bucket' | 'object';
  /** Carries the encryption header. */
  encrypts?: boolean;
}

/**
 * By the SDK's names.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
export const SERVICE_CALLS: Record<string, ServiceCall> = {
  // With tags in its header an upload needs PutObjectTagging as well.
  PutObject: { actions: ['s3:PutObject', 's3:PutObjectTagging'], on: 'object', encrypts: true },
  CreateMultipartUpload: { actions: ['s3:PutObject', 's3:PutObjectTagging'], on: 'object', encrypts: true },
  UploadPart: { actions: ['s3:PutObject'], on: 'object' },
  CompleteMultipartUpload: { actions: ['s3:PutObject'], on: 'object' },
  AbortMultipartUpload: { actions: ['s3:AbortMultipartUpload'], on: 'object' },
  ListParts: { actions: ['s3:ListMultipartUploadParts'], on: 'object' },
  ListMultipartUploads: { actions: ['s3:ListBucketMultipartUploads'], on: 'bucket' },
  // The tags of the source are copied along.
  CopyObject: {
    actions: ['s3:PutObject', 's3:PutObjectTagging', 's3:GetObject', 's3:GetObjectTagging'],
    on: 'object',
    encrypts: true,
  },
  GetObject: { actions: ['s3:GetObject', 's3:GetObjectVersion'], on: 'object' },
  HeadObject: { actions: ['s3:GetObject', 's3:GetObjectVersion'], on: 'object' },
  GetObjectAttributes: { actions: ['s3:GetObject', 's3:GetObjectAttributes'], on: 'object' },
  GetObjectTagging: { actions: ['s3:GetObjectTagging'], on: 'object' },
  RestoreObject: { actions: ['s3:RestoreObject'], on: 'object' },
  DeleteObject: { actions: ['s3:DeleteObject', 's3:DeleteObjectVersion'], on: 'object' },
  DeleteObjects: { actions: ['s3:DeleteObject', 's3:DeleteObjectVersion'], on: 'object' },
  ListObjectsV2: { actions: ['s3:ListBucket'], on: 'bucket' },
  ListObjectVersions: { actions: ['s3:ListBucketVersions'], on: 'bucket' },
  HeadBucket: { actions: ['s3:ListBucket'], on: 'bucket' },
};
