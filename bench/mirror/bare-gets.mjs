// The limit: receives every object of a bucket and forgets it: no file, no comparison, no state.
// node bare-gets.mjs BUCKET; the server and keys from the environment, as the AWS CLI has them.
import { paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { Connections } from '../../dist/s3-admin/mirror/copy/connections.js';
import { ObjectReader } from '../../dist/s3-admin/mirror/copy/object-reader.js';

const CONNECTIONS = 16;
const RANGE = 16 << 20;
const [bucket] = process.argv.slice(2);
const client = new S3Client({ endpoint: process.env.AWS_ENDPOINT_URL, forcePathStyle: true });
const connections = new Connections({ timeout: 60_000 });
const reader = await ObjectReader.forBucket(client, bucket, connections);

async function* requests() {
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket })) {
    for (const { Key: key, Size: size } of Contents) {
      for (let start = 0; start < size; start += RANGE) {
        yield { key, ...(size > RANGE && { range: [start, Math.min(start + RANGE, size) - 1] }) };
      }
    }
  }
}

const queue = requests();
await Promise.all(
  Array.from({ length: CONNECTIONS }, async () => {
    for await (const request of queue) await reader.get(request, { write: () => undefined });
  }),
);
connections.close();
client.destroy();
