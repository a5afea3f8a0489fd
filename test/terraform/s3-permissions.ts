import type { Asked } from '../kit/scripted-server.js';

/** One permission that AWS demands of whoever makes a request, and the condition keys the request carries. */
export interface Permission {
  action: string;
  resource: string;
  context: Record<string, string | null>;
}

const ENCRYPTION = ['', '-aws-kms-key-id', '-customer-algorithm'].map(
  (suffix) => `x-amz-server-side-encryption${suffix}`,
);

/**
 * What S3, and KMS behind it, demand for a request as it came over the wire.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 * @param kmsKey the key that the bucket's objects are under, if any
 * @throws Error for a request this table does not know: then nobody can say whether a policy allows it
 */
export function permissionsFor(asked: Asked, bucketArn: string, kmsKey?: string): Permission[] {
  const context = Object.fromEntries(
    ENCRYPTION.map((header) => [`s3:${header}`, (asked.headers[header] as string | undefined) ?? null]),
  );
  const [, , key = ''] = /^\/([^/]+)\/?(.*)$/.exec(asked.path) ?? [];
  const resource = key ? `${bucketArn}/${key}` : bucketArn;
  const demanded = (key ? objectActions(asked) : bucketActions(asked))?.map((action) =>
    action.startsWith('kms:') ? { action, resource: kmsKey, context } : { action, resource, context },
  );
  if (!demanded) throw new Error(`no rule for ${asked.method} ${asked.path}?${asked.query.toString()}`);
  // Without a key of its own nothing is asked of KMS.
  return demanded.flatMap(({ resource, ...rest }) => (resource === undefined ? [] : [{ resource, ...rest }]));
}

function bucketActions({ method, query }: Asked): string[] | undefined {
  if (method === 'HEAD') return ['s3:ListBucket'];
  if (method !== 'GET') return undefined;
  if (query.has('versions')) return ['s3:ListBucketVersions'];
  if (query.has('uploads')) return ['s3:ListBucketMultipartUploads'];
  return query.get('list-type') === '2' ? ['s3:ListBucket'] : undefined;
}

function objectActions(asked: Asked): string[] | undefined {
  const { method, query, headers } = asked;
  const version = query.has('versionId') ? 'Version' : '';
  const tags = headers['x-amz-tagging'] ? ['s3:PutObjectTagging'] : [];
  // Every part is encrypted under the upload's key, and putting them together reads them.
  const part = ['s3:PutObject', 'kms:GenerateDataKey', 'kms:Decrypt'];
  const known = ['x-id', 'partNumber', 'uploadId', 'uploads', 'restore', 'versionId', 'response-'];
  const isPlain = [...query.keys()].every(
    (name) => /^X-Amz-/.test(name) || known.some((k) => name.startsWith(k)),
  );
  if (!isPlain || headers['x-amz-copy-source']) return undefined;
  switch (method) {
    case 'GET':
    case 'HEAD':
      if (query.has('uploadId')) return undefined;
      return [`s3:GetObject${version}`, 'kms:Decrypt'];
    case 'PUT':
      return query.has('uploadId') ? part : ['s3:PutObject', ...tags, 'kms:GenerateDataKey'];
    case 'POST':
      if (query.has('uploads')) return [...part, ...tags];
      if (query.has('restore')) return ['s3:RestoreObject'];
      return query.has('uploadId') ? part : undefined;
    case 'DELETE':
      return query.has('uploadId') ? ['s3:AbortMultipartUpload'] : [`s3:DeleteObject${version}`];
    default:
      return undefined;
  }
}

/** A part, or the end of an upload in parts: its encryption was judged when the upload began. */
export function isPart(asked: Asked): boolean {
  return asked.query.has('uploadId');
}
