import { asList, type PolicyDocument } from './document.js';

/**
 * The actions a simulation tries: those that people and programs rely on, of every kind that a policy may single out.
 * Whatever else a policy names is tried as well, see `lockout.ts`.
 */
export const BUCKET_ACTIONS = [
  's3:GetBucketPolicy',
  's3:PutBucketPolicy',
  's3:DeleteBucketPolicy',
  's3:ListBucket',
  's3:ListBucketVersions',
  's3:ListBucketMultipartUploads',
  's3:GetBucketLocation',
  's3:GetBucketAcl',
  's3:PutBucketAcl',
  's3:GetBucketPublicAccessBlock',
  's3:PutBucketPublicAccessBlock',
  's3:GetBucketVersioning',
  's3:PutBucketVersioning',
  's3:GetBucketOwnershipControls',
  's3:PutBucketOwnershipControls',
  's3:GetEncryptionConfiguration',
  's3:PutEncryptionConfiguration',
  's3:GetLifecycleConfiguration',
  's3:PutLifecycleConfiguration',
  's3:GetBucketLogging',
  's3:PutBucketLogging',
  's3:GetBucketNotification',
  's3:PutBucketNotification',
  's3:GetReplicationConfiguration',
  's3:PutReplicationConfiguration',
  's3:GetBucketTagging',
  's3:PutBucketTagging',
  's3:GetBucketCORS',
  's3:PutBucketCORS',
  's3:GetBucketWebsite',
  's3:PutBucketWebsite',
  's3:GetBucketObjectLockConfiguration',
  's3:PutBucketObjectLockConfiguration',
  's3:DeleteBucket',
] as const;

export const OBJECT_ACTIONS = [
  's3:GetObject',
  's3:GetObjectVersion',
  's3:PutObject',
  's3:DeleteObject',
  's3:DeleteObjectVersion',
  's3:GetObjectAcl',
  's3:PutObjectAcl',
  's3:GetObjectTagging',
  's3:PutObjectTagging',
  's3:DeleteObjectTagging',
  's3:GetObjectAttributes',
  's3:GetObjectRetention',
  's3:PutObjectRetention',
  's3:AbortMultipartUpload',
  's3:ListMultipartUploadParts',
  's3:RestoreObject',
  's3:ReplicateObject',
] as const;

/** Without these nobody can fix a policy any more. */
export const POLICY_ACTIONS: readonly string[] = ['s3:GetBucketPolicy', 's3:PutBucketPolicy'];

/** What an action is about, judged by its name for those not listed above; a name such as `s3:Bypass*` leaves it open. */
export function isAbout(action: string): { bucket: boolean; objects: boolean } {
  const name = action.toLowerCase();
  const listed = (list: readonly string[]) => list.some((known) => known.toLowerCase() === name);
  const objects = listed(OBJECT_ACTIONS) || /^(?!.*bucket).*(object|multipart)/.test(name);
  const bucket = listed(BUCKET_ACTIONS) || /bucket/.test(name);
  return bucket === objects ? { bucket: true, objects: true } : { bucket, objects };
}

/** The actions that policies name; a pattern stands for what it matches, as it is matched by whatever matches all of that. */
export function actionsNamed(policies: (PolicyDocument | null)[]): string[] {
  const statements = policies.flatMap((policy) => policy?.Statement ?? []);
  const names = statements.flatMap(({ Action, NotAction }) => [...asList(Action), ...asList(NotAction)]);
  return names.filter((name) => /^s3:/i.test(name));
}
