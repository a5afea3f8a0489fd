import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ObjectRow } from '../../state/object-row.js';
import { Hasher } from '../content/hasher.js';
import { fetchObject } from './fetch.js';
import type { ObjectReader, ReadRequest, Sink } from './object-reader.js';
import { toResponseFacts } from './response.js';

const folder = mkdtempSync(join(tmpdir(), 'fetch-'));
afterAll(() => rmSync(folder, { recursive: true }));

const md5 = (...texts: string[]) => {
  const hash = createHash('md5');
  for (const text of texts) hash.update(text, text.length === 32 ? 'hex' : 'utf8');
  return hash.digest('hex');
};

/** Fetches an object of which S3 has this ETag, and sends this. */
function fetched(etag: string, sent: string) {
  const row = { key: 'k', version: 'null', latest: true, etag, size: sent.length, modified: 0 } as ObjectRow;
  const facts = toResponseFacts(200, { etag, 'content-length': String(sent.length) });
  const get = async (_: object, sink: Sink) => {
    sink.start?.(facts);
    await sink.write(Buffer.from(sent));
    return facts;
  };
  const head = async ({ partNumber = 0 }: ReadRequest) => ({
    ...facts,
    partsCount: 2,
    length: [0, 4, sent.length - 4][partNumber],
  });
  return fetchObject({ get, head } as unknown as ObjectReader, row, join(folder, sent), new Hasher());
}

test.each([
  ['an object of one part', md5('content')],
  ['an object of two parts, at equal size', `${md5(md5('cont'), md5('ent'))}-2`],
])('%s is what S3 says of it, or an error', async (_, etag) => {
  expect((await fetched(etag, 'content')).proof.outcome).toBe('same');
  rmSync(join(folder, 'content'));
  await expect(fetched(etag, 'CONTENT')).rejects.toMatchObject({ code: 'content_differs' });
  rmSync(join(folder, 'CONTENT'));
});
