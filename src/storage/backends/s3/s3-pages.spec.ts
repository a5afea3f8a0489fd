import { expect, it } from '@jest/globals';
import type { S3Connection } from './s3-connection.js';
import { pages } from './s3-pages.js';

interface Page {
  IsTruncated?: boolean;
  next?: string;
}

async function read(...answers: Page[]): Promise<number> {
  const s3 = {
    call: async (_operation: string, _options: object, send: () => Promise<Page>) => send(),
    context: (operation: string) => ({ operation }),
  } as unknown as S3Connection;
  const found = pages(
    s3,
    'list',
    async () => answers.shift() ?? {},
    ({ next }) => next,
  );
  let read = 0;
  for await (const _ of found) read += 1;
  return read;
}

it('goes on until a page says that it is the last', async () => {
  expect(await read({ IsTruncated: true, next: 'b' }, { IsTruncated: true, next: 'c' }, {})).toBe(3);
});

it.each([
  ['names no next page', [{ IsTruncated: true, next: 'b' }, { IsTruncated: true }]],
  ['sends back to where it came from', Array.from({ length: 3 }, () => ({ IsTruncated: true, next: 'b' }))],
])('is never complete where S3 %s', async (_, answers) => {
  await expect(read(...answers)).rejects.toMatchObject({ code: 'unavailable' });
});
