import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PutBucketVersioningCommand, HeadObjectCommand, GetObjectTaggingCommand } from '@aws-sdk/client-s3';
import { IntegrityService } from '../../../src/certificates/lifecycle/integrity.service.js';
import { startApp, type TestApp } from '../../kit/app.js';
import { createTestBucket, type TestBucket } from '../../kit/s3-bucket.js';
import { until } from '../../kit/until.js';

const NAME = 'Šarūnas Šulskis';
let bucket: TestBucket;
let app: TestApp;
let id: string;
let files: { key: string; size: number; format: string }[];

beforeAll(async () => {
  bucket = await createTestBucket();
  await bucket.client.send(
    new PutBucketVersioningCommand({ Bucket: bucket.name, VersioningConfiguration: { Status: 'Enabled' } }),
  );
  app = await startApp({ env: { ...bucket.env, USE_S3_FOR_CERTS: 'dual', CERT_CHECK_EVERY_DAYS: '1' } });
}, 120_000);
afterAll(async () => {
  await app.close();
  await bucket.close();
});
beforeEach(async () => {
  const issued = await app.post(`/api/tournaments/${await app.tournament()}/certificates/`, {
    participant: { id: 'participant-77', user_id: 'owner', display_name: NAME },
    certificate_type: 'winner',
    placement: 1,
  });
  ({ id, files } = issued.json);
});

const verify = async () => {
  const { json } = await app.get(`/api/tournaments/certificates/${id}/`);
  return (await app.get(new URL(json.verification_url).pathname, null)).json;
};
const damage = ({ key, size }: { key: string; size: number }) =>
  writeFile(join(app.mediaRoot, key), Buffer.alloc(size));
const rows = () => app.prisma.certificateFile.findMany({ where: { certificateId: id } });
const check = async () => {
  const service = app.find(IntegrityService);
  const found = [];
  for (const row of await rows()) found.push(await service.check(row));
  return found;
};

describe('objects in S3', () => {
  it('carry exactly the promised headers and tags, and nothing of whose they are', async () => {
    for (const { key, format } of files) {
      const head = await bucket.client.send(new HeadObjectCommand({ Bucket: bucket.name, Key: key }));
      expect(head).toMatchObject({
        CacheControl: 'private, max-age=600',
        ContentType: format === 'pdf' ? 'application/pdf' : 'image/png',
        ContentDisposition: expect.stringMatching(/certificate-[0-9a-f]{8}\.(pdf|png)/),
      });
      const tagging = await bucket.client.send(
        new GetObjectTaggingCommand({ Bucket: bucket.name, Key: key }),
      );
      expect(tagging.TagSet?.map(({ Key }) => Key).sort()).toEqual([
        'generated_at',
        'placement',
        'tournament_id',
      ]);
      const text = JSON.stringify([key, head.Metadata, head.ContentDisposition, tagging.TagSet]);
      for (const personal of [NAME, 'Šulskis', 'participant-77', 'owner'])
        expect(text).not.toContain(personal);
    }
  });
});

describe('the integrity check', () => {
  it('notes when every copy was found right', async () => {
    expect(await check()).toEqual(['verified', 'verified']);
    for (const row of await rows()) expect(row.s3VerifiedAt).toBeInstanceOf(Date);
    expect((await rows()).every((row) => row.lastVerifiedAt !== null && row.mismatchedAt === null)).toBe(
      true,
    );
    expect((await verify()).is_tampered).toBe(false);
  });

  it('reports a damaged copy, but calls nothing tampered while a good copy is served', async () => {
    for (const file of files) await damage(file);
    expect(await check()).toEqual(['mismatched', 'mismatched']);
    expect(await verify()).toMatchObject({ valid: true, is_tampered: false });
    const served = await app.request('GET', `/api/tournaments/certificates/${id}/download/`, { as: 'owner' });
    expect(served.status).toBe(200);
  });

  it('calls it tampered where no good copy is left, and takes that back when one is', async () => {
    await app.prisma.certificateFile.updateMany({
      where: { certificateId: id },
      data: { migratedToS3At: null },
    });
    for (const file of files) await damage(file);
    await check();
    expect(await verify()).toMatchObject({ valid: false, is_tampered: true });
    await app.prisma.certificateFile.updateMany({
      where: { certificateId: id },
      data: { migratedToS3At: new Date() },
    });
    await check();
    expect(await verify()).toMatchObject({ valid: true, is_tampered: false });
  });

  it('calls an unreadable file unchecked, never tampered', async () => {
    await app.prisma.certificateFile.updateMany({
      where: { certificateId: id },
      data: { storedLocallyAt: null },
    });
    bucket.proxy.set({ kind: 'refuse' });
    expect(await check()).toEqual(['unreadable', 'unreadable']);
    bucket.proxy.set({ kind: 'none' });
    expect(await verify()).toMatchObject({ valid: true, is_tampered: false });
    expect((await rows()).every((row) => row.lastCheckedAt !== null && row.lastVerifiedAt === null)).toBe(
      true,
    );
  });

  it('takes those that waited longest, so that all are read in time', async () => {
    // Until the circuit that the test before opened has closed.
    await until(async () => !(await check()).includes('unreadable'), 100);
    const before = await app.prisma.certificateFile.count({ where: { lastCheckedAt: null } });
    const share = await app.find(IntegrityService).checkShare(new AbortController().signal);
    expect(share.verified + share.mismatched + share.unreadable).toBeGreaterThan(0);
    expect(await app.prisma.certificateFile.count({ where: { lastCheckedAt: null } })).toBeLessThan(before);
  });

  it('leaves no share for done that was cut short', async () => {
    await expect(app.find(IntegrityService).checkShare(AbortSignal.abort())).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});
