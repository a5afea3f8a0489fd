import { once } from 'node:events';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  GetBucketPolicyCommand,
  PutBucketPolicyCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { BucketResult } from '../../../src/s3-admin/policy/bucket-result.js';
import { services, temporaryFolder } from '../../services/index.js';
import { call } from './call.js';

let endpoint: string;
let s3: S3Client;
let proxy: Server;
let made = 0;
/** What happens to a request about a policy: `cut` before or after the server has done it. */
let fate: Fate;
type Fate = (method: string) => 'pass' | 'cut' | 'lose the answer';
/** Runs after the first policy was read, and before the reader hears of it. */
let meanwhile: (() => Promise<unknown>) | undefined;

beforeAll(async () => {
  const moto = await services.moto();
  endpoint = moto.endpoint;
  s3 = new S3Client({
    ...{ endpoint, region: 'us-east-1', forcePathStyle: true },
    credentials: { accessKeyId: moto.accessKey, secretAccessKey: moto.secretKey },
  });
  proxy = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    const happens = url.includes('?policy') ? fate(method) : 'pass';
    if (happens === 'cut') return void request.resume().once('end', () => request.socket.destroy());
    const passOn = async (answer: IncomingMessage) => {
      if (method === 'GET' && url.includes('?policy')) {
        const work = meanwhile;
        meanwhile = undefined;
        await work?.();
      }
      if (happens !== 'pass') return void answer.resume().once('end', () => request.socket.destroy());
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    };
    request.pipe(
      httpRequest(endpoint + url, { method, headers }, (answer) => {
        void passOn(answer);
      }),
    );
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
});

afterAll(() => {
  proxy.closeAllConnections();
  proxy.close();
});

beforeEach(() => {
  fate = () => 'pass';
  meanwhile = undefined;
});

const policy = (Sid: string, bucket: string) => {
  const Statement = [
    {
      ...{ Sid, Effect: 'Allow', Principal: { AWS: '123456789012' }, Action: 's3:GetObject' },
      Resource: `arn:aws:s3:::${bucket}/*`,
    },
  ];
  return JSON.stringify({ Version: '2012-10-17', Statement });
};
const put = (Bucket: string, Sid: string) =>
  s3.send(new PutBucketPolicyCommand({ Bucket, Policy: policy(Sid, Bucket) }));
const inForce = async (Bucket: string): Promise<string | undefined> =>
  (await s3.send(new GetBucketPolicyCommand({ Bucket })).catch(() => undefined))?.Policy;

function fromThePutOn(then: Fate): Fate {
  let begun = false;
  return (method) => {
    begun ||= method === 'PUT';
    return begun ? then(method) : 'pass';
  };
}

async function prepared() {
  const bucket = `races-${process.pid}-${++made}`;
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  await put(bucket, 'Former');
  const folder = temporaryFolder('policies');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${bucket}_policy.json`), policy('Mine', bucket));
  const command = async (...argv: string[]) => {
    const { port } = proxy.address() as AddressInfo;
    const { accessKeyId, secretAccessKey } = await s3.config.credentials();
    const { code, json } = await call(
      {
        AWS_S3_ENDPOINT_URL: `http://127.0.0.1:${port}`,
        ...{ AWS_REGION: 'us-east-1', S3_ADMIN_CALLER_ARN: 'arn:aws:iam::123456789012:root' },
        ...{ AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
      },
      ...['policy', ...argv, bucket, '--folder', folder, '--json'],
    );
    return { exit: code, ...(json<{ results: BucketResult[] }>().results[0] as BucketResult) };
  };
  const apply = () => command('apply', '--execute');
  return { bucket, folder, apply, rollback: () => command('rollback') };
}

describe('a connection that breaks', () => {
  test('after the policy was put, is no failure: it is read back and found in force', async () => {
    const { bucket, apply, rollback } = await prepared();
    fate = (method) => (method === 'GET' ? 'pass' : 'lose the answer');
    expect(await apply()).toMatchObject({ exit: 0, status: 'applied' });
    expect(await inForce(bucket)).toBe(policy('Mine', bucket));
    expect(await rollback()).toMatchObject({ exit: 0, status: 'rolled_back' });
    expect(await inForce(bucket)).toBe(policy('Former', bucket));
  });

  test('for good after it was put: the policy may be in force', async () => {
    const { bucket, apply } = await prepared();
    fate = fromThePutOn(() => 'lose the answer');
    expect(await apply()).toMatchObject({
      exit: 1,
      status: 'failed',
      detail: expect.stringMatching(/may be in force.*can't be read back/),
      next: expect.stringContaining(`policy diff ${bucket}`),
    });
  });

  test('before it was put: it may be in force, but is not what S3 returns', async () => {
    const { bucket, apply } = await prepared();
    fate = (method) => (method === 'PUT' ? 'cut' : 'pass');
    expect(await apply()).toMatchObject({
      exit: 1,
      detail: expect.stringMatching(/may be in force.*S3 returns a different policy/),
      next: expect.stringContaining(`policy diff ${bucket}`),
    });
    expect(await inForce(bucket)).toBe(policy('Former', bucket));
  });

  test('while it is read back: it was applied', async () => {
    const { bucket, apply } = await prepared();
    fate = fromThePutOn((method) => (method === 'GET' ? 'cut' : 'pass'));
    expect(await apply()).toMatchObject({
      exit: 1,
      detail: expect.stringMatching(/^applied, but it can't be read back: /),
      next: expect.stringContaining(`policy diff ${bucket}`),
    });
  });
});

describe('a policy that somebody else puts meanwhile', () => {
  test('is not overwritten by apply, and running it again keeps it', async () => {
    const { bucket, folder, apply, rollback } = await prepared();
    meanwhile = () => put(bucket, 'Theirs');
    expect(await apply()).toMatchObject({
      exit: 1,
      status: 'failed',
      next: expect.stringContaining('again'),
    });
    expect(await inForce(bucket)).toBe(policy('Theirs', bucket));
    // Nothing was replaced, so there is no step back either.
    expect(readdirSync(join(folder, 'previous', bucket))).toEqual([]);
    expect(await apply()).toMatchObject({ exit: 0, detail: expect.stringContaining('removed Theirs') });
    await rollback();
    expect(await inForce(bucket)).toBe(policy('Theirs', bucket));
  });

  test('is not overwritten by rollback', async () => {
    const { bucket, apply, rollback } = await prepared();
    await apply();
    meanwhile = () => put(bucket, 'Theirs');
    expect(await rollback()).toMatchObject({ exit: 1, status: 'failed' });
    expect(await inForce(bucket)).toBe(policy('Theirs', bucket));
  });
});
