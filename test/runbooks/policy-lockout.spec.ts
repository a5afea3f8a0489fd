import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  GetBucketPolicyCommand,
  PutBucketPolicyCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { services } from '../services/index.js';
import { readPage } from './pages.js';
import { readByBash } from './shell.js';

/** The way out of a lock-out on Ceph, by the page's own commands in the page's order, for a user made for it. */
const path = 'runbooks/policy-lockout.md';

function commandsOnCeph(): string[][] {
  const fences = readPage(path, readFileSync(path, 'utf8')).snippets.filter(
    ({ fence, text }) => fence === 'sh' && text.includes('radosgw-admin'),
  );
  return readByBash(fences.map(({ text }) => text)).run;
}

it('lets an owner in again whose policy denies everyone everything', async () => {
  const gateway = await services.radosgw();
  const uid = `owner-${randomUUID()}`;
  const Bucket = `locked-${randomUUID()}`;
  const keys = ['--access-key', uid, '--secret-key', 'secret-of-the-owner'];
  await gateway.admin(['user', 'create', `--uid=${uid}`, '--display-name', 'Owner', ...keys]);
  const s3 = new S3Client({
    endpoint: gateway.endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: uid, secretAccessKey: 'secret-of-the-owner' },
  });
  await s3.send(new CreateBucketCommand({ Bucket }));
  const Resource = [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`];
  const Statement = [{ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource }];
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  const read = () => s3.send(new GetBucketPolicyCommand({ Bucket }));
  const remove = () => s3.send(new DeleteBucketPolicyCommand({ Bucket }));
  await expect(read()).rejects.toMatchObject({ name: 'AccessDenied' });
  await expect(remove()).rejects.toMatchObject({ name: 'AccessDenied' });

  const done: string[] = [];
  for (const [program = '', ...words] of commandsOnCeph()) {
    done.push([program, ...words.slice(0, 2)].join(' '));
    if (program === 'aws') await remove();
    else await gateway.admin(words.map((word) => word.replace('OWNER', uid)));
  }
  expect(done).toEqual([
    'radosgw-admin user modify',
    'aws s3api delete-bucket-policy',
    'radosgw-admin user modify',
  ]);
  await expect(read()).rejects.toMatchObject({ name: 'NoSuchBucketPolicy' });

  // The rights that were lent are gone: the same policy locks the owner out again.
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  await expect(read()).rejects.toMatchObject({ name: 'AccessDenied' });
  s3.destroy();
});
