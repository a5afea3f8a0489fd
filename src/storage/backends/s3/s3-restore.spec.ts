import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { S3_CONFIG } from '../../../../test/kit/any-s3.js';
import { s3Error, ScriptedServer } from '../../../../test/kit/scripted-server.js';
import { makeKey } from '../../storage-key.js';
import { S3Backend } from './s3-backend.js';

const key = makeKey('pdf', new Date());
let server: ScriptedServer;
let backend: S3Backend;
beforeAll(async () => {
  server = await ScriptedServer.before('http://127.0.0.1:9');
  const restore = { tier: 'Expedited', days: 7 } as const;
  const config = { ...S3_CONFIG, endpoint: server.url, pathStyle: true, restore };
  backend = new S3Backend(config, { credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
});
afterEach(() => {
  server.asked.length = 0;
});
afterAll(async () => {
  await backend.close();
  await server.close();
});

/** As S3 answers for an object in this class. */
function archived(storageClass: string, archiveStatus?: string, restore = { status: 202 }): void {
  const headers = {
    'x-amz-storage-class': storageClass,
    ...(archiveStatus && { 'x-amz-archive-status': archiveStatus }),
  };
  server.script = ({ method }) => (method === 'HEAD' ? { status: 200, headers } : restore);
}

describe('a restore from the archive, where the quickest is wanted', () => {
  it.each([
    ['GLACIER', undefined, 'Expedited', '7'],
    ['DEEP_ARCHIVE', undefined, 'Standard', '7'],
    ['INTELLIGENT_TIERING', 'ARCHIVE_ACCESS', 'Expedited', undefined],
    ['INTELLIGENT_TIERING', 'DEEP_ARCHIVE_ACCESS', 'Standard', undefined],
  ])('of an object in %s (%s) is asked for as %s, for %s days', async (storageClass, status, tier, days) => {
    archived(storageClass, status);
    expect(await backend.restore(key)).toBe('requested');
    const { body } = server.asked.find(({ query }) => query.has('restore')) ?? { body: '' };
    expect([/<Tier>(.*)<\/Tier>/.exec(body)?.[1], /<Days>(.*)<\/Days>/.exec(body)?.[1]]).toEqual([
      tier,
      days,
    ]);
  });

  it('is under way where someone else asked first', async () => {
    archived('GLACIER', undefined, s3Error(409, 'RestoreAlreadyInProgress'));
    expect(await backend.restore(key)).toBe('running');
  });
});

it('a listing asks which archived objects are restored for now, and tells those apart', async () => {
  const other = makeKey('pdf', new Date());
  const object = (Key: string, more: string): string =>
    `<Contents><Key>${Key}</Key><Size>1</Size><StorageClass>GLACIER</StorageClass>${more}</Contents>`;
  const restored =
    '<RestoreStatus><IsRestoreInProgress>false</IsRestoreInProgress><RestoreExpiryDate>2999-01-01T00:00:00Z</RestoreExpiryDate></RestoreStatus>';
  server.script = ({ headers }) => {
    const told = headers['x-amz-optional-object-attributes'] === 'RestoreStatus' ? restored : '';
    const body = `<ListBucketResult>${object(key, told)}${object(other, '')}</ListBucketResult>`;
    return { status: 200, body };
  };
  const found = new Map<string, boolean | undefined>();
  for await (const info of backend.list()) found.set(info.key, info.archived);
  expect(found).toEqual(
    new Map([
      [key, false],
      [other, true],
    ]),
  );
});
