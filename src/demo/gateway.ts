import { execFileSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import type { PrivateRadosgw } from '../../test/services/radosgw/radosgw.js';

const ROOT = join(import.meta.dirname, '../..');

export interface Gateway {
  /** Variables that point a service to the bucket. */
  env: Record<string, string>;
  /** Takes the gateway away; its objects stay. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Ends it for good. */
  close(): Promise<void>;
}

/** A real S3 server (Ceph's gateway) with one bucket, as the tests start it; installs it where it is missing and may be. */
export async function startGateway(): Promise<Gateway> {
  const { startRun, launchRadosgw, temporaryFolder } = await testServices();
  const endRun = await startRun();
  const gateway = await launchRadosgw(temporaryFolder('demo'));
  const env = {
    AWS_STORAGE_BUCKET_NAME: 'certificates',
    AWS_S3_REGION_NAME: 'us-east-1',
    AWS_S3_ENDPOINT_URL: gateway.endpoint,
    AWS_ACCESS_KEY_ID: gateway.accessKey,
    AWS_SECRET_ACCESS_KEY: gateway.secretKey,
    // Somebody's profile would go before these keys.
    AWS_PROFILE: '',
  };
  const client = new S3Client({
    endpoint: gateway.endpoint,
    region: env.AWS_S3_REGION_NAME,
    forcePathStyle: true,
    credentials: { accessKeyId: gateway.accessKey, secretAccessKey: gateway.secretKey },
  });
  await client.send(new CreateBucketCommand({ Bucket: env.AWS_STORAGE_BUCKET_NAME }));
  client.destroy();
  return {
    env,
    stop: () => gateway.stop(),
    start: () => gateway.start(),
    async close() {
      await gateway.close();
      await endRun();
    },
  };
}

interface TestServices {
  startRun: () => Promise<() => Promise<void>>;
  temporaryFolder: (name: string) => string;
  launchRadosgw: (folder: string) => Promise<PrivateRadosgw>;
}

/** The tests' own launchers are not part of the build: compiled here, when the demonstration needs them. */
async function testServices(): Promise<TestServices> {
  const swc = join(dirname(createRequire(import.meta.url).resolve('@swc/cli/package.json')), 'bin/swc.js');
  const target = join(ROOT, 'dist/test');
  execFileSync(
    process.execPath,
    [swc, 'test/services', '-d', target, '--strip-leading-paths', '--ignore', '**/*.m?s', '--quiet'],
    { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  cpSync(join(ROOT, 'test/services'), join(target, 'services'), {
    recursive: true,
    filter: (path) => extname(path) === '' || extname(path) === '.mjs',
  });
  const load = (file: string): Promise<Partial<TestServices>> =>
    import(pathToFileURL(join(target, 'services', file)).href);
  return {
    ...(await load('run.mjs')),
    ...(await load('run-folder.js')),
    ...(await load('radosgw/radosgw.js')),
  } as TestServices;
}
