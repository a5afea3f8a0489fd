import type { S3Client } from '@aws-sdk/client-s3';
import { uploadsOf } from './uploads.js';

test.each([
  ['says there is more but not where', {}],
  ['gives the same page for ever', { NextKeyMarker: 'a', NextUploadIdMarker: '1' }],
])('a server that %s of unfinished uploads is not asked without end', async (_, markers) => {
  const send = async () => ({
    Bucket: 'b',
    IsTruncated: true,
    Uploads: [{ Key: 'a', UploadId: '1' }],
    ...markers,
  });
  await expect(uploadsOf({ send } as unknown as S3Client, 'b')).rejects.toMatchObject({
    code: 'truncated_listing',
  });
});

test.each([{}, { Bucket: 'other' }])(
  'an answer that is not of this bucket (%j) is no list of its uploads',
  async (answer) => {
    const send = async () => answer;
    await expect(uploadsOf({ send } as unknown as S3Client, 'b')).rejects.toMatchObject({
      code: 'no_listing',
    });
  },
);
