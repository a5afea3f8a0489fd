import { randomUUID } from 'node:crypto';
import { CopyObjectCommand, CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { startApp, type TestApp } from '../../kit/app.js';
import { services } from '../../services/index.js';

const Bucket = `archive-${randomUUID()}`;
let app: TestApp;
let client: S3Client;

/** On moto: the gateway that the other tests use has no archive. */
beforeAll(async () => {
  const moto = await services.moto();
  const credentials = { accessKeyId: moto.accessKey, secretAccessKey: moto.secretKey };
  process.env['AWS_ACCESS_KEY_ID'] = moto.accessKey;
  process.env['AWS_SECRET_ACCESS_KEY'] = moto.secretKey;
  client = new S3Client({ endpoint: moto.endpoint, region: 'us-east-1', forcePathStyle: true, credentials });
  await client.send(new CreateBucketCommand({ Bucket }));
  app = await startApp({
    env: {
      USE_S3_FOR_CERTS: 'true',
      AWS_STORAGE_BUCKET_NAME: Bucket,
      AWS_S3_REGION_NAME: 'us-east-1',
      AWS_S3_ENDPOINT_URL: moto.endpoint,
      AWS_S3_ARCHIVE_AFTER_DAYS: '0',
    },
  });
}, 120_000);
afterAll(async () => {
  await app.close();
  client.destroy();
});

describe('a certificate in the archive', () => {
  it('is answered 202 while it is brought back, and served then', async () => {
    const { json } = await app.post(`/api/tournaments/${await app.tournament()}/certificates/`, {
      participant: { id: '1', user_id: 'owner', display_name: 'Judit Polgár' },
      certificate_type: 'winner',
    });
    const { key } = json.files[0];
    const source = { Bucket, Key: key, CopySource: `${Bucket}/${key}`, MetadataDirective: 'COPY' } as const;
    await client.send(new CopyObjectCommand({ ...source, StorageClass: 'GLACIER' }));

    const path = `/api/tournaments/certificates/${json.id}/download/`;
    const first = await app.request('GET', path, { as: 'owner' });
    expect([first.status, first.json.code]).toEqual([202, 'restore_in_progress']);
    expect(Number(first.headers.get('retry-after'))).toBeGreaterThan(0);

    let again = await app.request('GET', `${path}?delivery=proxy`, { as: 'owner' });
    for (let tries = 0; tries < 20 && again.status === 202; tries++) {
      again = await app.request('GET', `${path}?delivery=proxy`, { as: 'owner' });
    }
    expect(again.status).toBe(200);
    expect(again.bytes.length).toBe(json.files[0].size);
    expect((await app.request('GET', path, { as: 'owner' })).status).toBe(302);
  });
});
