// Loaded before the service (node --import): the same route, with the SDK's own presigner in place of ours.
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { Storage } from '../../dist/storage/storage.js';

const { AWS_S3_ENDPOINT_URL: endpoint, AWS_STORAGE_BUCKET_NAME: Bucket, AWS_S3_REGION_NAME: region } = process.env;
const client = new S3Client({ endpoint, region, forcePathStyle: true });

Storage.prototype.presign = async (file, { filename, disposition }) => {
  const command = new GetObjectCommand({
    Bucket,
    Key: file.key,
    ResponseContentType: file.contentType,
    ResponseContentDisposition: `${disposition}; filename="${filename}"`,
  });
  return { url: await getSignedUrl(client, command, { expiresIn: 600 }), expiresAt: new Date(Date.now() + 600_000) };
};
