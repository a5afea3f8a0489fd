import type { S3Client } from '@aws-sdk/client-s3';
import { listPage } from './listing.js';

const keys = (...found: string[]) => found.map((Key) => ({ Key, VersionId: '1' }));
const more = { Name: 'b', IsTruncated: true };

/** Of a server that lists from this key on, and answers with this. */
const list = (answer: object, key: string | null = null, version?: string) =>
  listPage({ send: async () => answer } as unknown as S3Client, 'b', version !== undefined, { key, version });

test.each<[string, Promise<unknown>, string]>([
  ['a page of something else: no empty bucket', list({}), 'no_listing'],
  ['the same of versions', list({}, null, ''), 'no_listing'],
  ['the listing of another bucket', list({ Name: 'other' }), 'no_listing'],
  ['the versions of another bucket', list({ Name: 'other' }, null, ''), 'no_listing'],
  ['more, but nothing here', list({ ...more, Contents: [] }), 'truncated_listing'],
  ['more, but not where', list({ ...more, Versions: keys('a') }, null, ''), 'truncated_listing'],
  ['keys in another order', list({ ...more, Contents: keys('b', 'a') }), 'unordered_listing'],
  [
    'delete markers in another order',
    list({ ...more, DeleteMarkers: keys('b', 'a') }, null, ''),
    'unordered_listing',
  ],
  ['keys that come before', list({ ...more, Contents: keys('a') }, 'b'), 'unordered_listing'],
  ['the last key again, for ever', list({ ...more, Contents: keys('b') }, 'b'), 'unordered_listing'],
  [
    'the same place again, for ever',
    list({ ...more, Versions: keys('b'), NextKeyMarker: 'b', NextVersionIdMarker: '1' }, 'b', '1'),
    'unordered_listing',
  ],
])('%s: nothing is concluded', async (_, page, code) => {
  await expect(page).rejects.toMatchObject({ code });
});

test('the versions of a key may go on in the next page', async () => {
  const answer = { ...more, Versions: keys('b'), NextKeyMarker: 'b', NextVersionIdMarker: '2' };
  expect((await list(answer, 'b', '1')).next).toEqual({ key: 'b', version: '2' });
});
