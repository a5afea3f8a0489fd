import { loadConfig } from '../../../config/config.js';
import { createS3Client } from './s3-client.js';
import { DEFAULT_LIMITS } from './time-limits.js';

const regionBefore = process.env['AWS_REGION'];
afterEach(() => {
  if (regionBefore === undefined) delete process.env['AWS_REGION'];
  else process.env['AWS_REGION'] = regionBefore;
});

test('looks for a region that is not configured once, not for every request', async () => {
  const { s3 } = loadConfig({ NODE_ENV: 'test', AWS_STORAGE_BUCKET_NAME: 'b' }).storage;
  if (!s3) throw new Error('a bucket is configured');
  const client = createS3Client(s3, DEFAULT_LIMITS);
  process.env['AWS_REGION'] = 'eu-north-1';
  const first = await client.config.region();
  process.env['AWS_REGION'] = 'eu-south-2';
  expect([first, await client.config.region()]).toEqual(['eu-north-1', 'eu-north-1']);
  client.destroy();
});
