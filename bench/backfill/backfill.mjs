// Disk to bucket: `migrate:certs` (rows read and written, every file hashed and its copy verified) beside rclone, s5cmd and the
// AWS CLI, on the same files and one gateway, in alternating rounds.
// npm run bench:backfill [-- --files N --rounds N --bytes FROM-TO]
// A loop of bare PUTs shows what the server alone allows, and beside each program stands the processor time of both.
// The database is the embedded one, already running as it is beside the service. BENCH_FOLDER: where the files go (default: the
// system's temporary folder); BENCH_ENDPOINT and AWS_* keys: another server.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CreateBucketCommand, DeleteObjectsCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { loadConfig } from '../../dist/config/config.js';
import { openDatabase } from '../../dist/database/database.js';
import { cpuOf } from '../cpu-of.mjs';
import { timeCommand } from '../time-command.mjs';
import { startGateway } from '../radosgw.mjs';
import { countCopies, forgetCopies, seed } from './store.mjs';

const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '3' },
    bytes: { type: 'string', default: '10000-200000' },
  },
});
const [FILES, ROUNDS] = [values.files, values.rounds].map(Number);
const SIZES = values.bytes.split('-').map(Number);
const CLI = join(import.meta.dirname, '../../dist/cli.js');
const BARE = join(import.meta.dirname, 'bare-puts.mjs');

const gateway = process.env.BENCH_ENDPOINT
  ? { endpoint: process.env.BENCH_ENDPOINT, close: async () => {} }
  : await startGateway();
const root = mkdtempSync(join(process.env.BENCH_FOLDER ?? tmpdir(), 'bench-backfill-'));
const media = join(root, 'media');
mkdirSync(media);
const env = {
  ...process.env,
  DATA_DIR: join(root, 'data'),
  MEDIA_ROOT: media,
  AWS_ACCESS_KEY_ID: gateway.accessKey ?? process.env.AWS_ACCESS_KEY_ID,
  AWS_SECRET_ACCESS_KEY: gateway.secretKey ?? process.env.AWS_SECRET_ACCESS_KEY,
  AWS_REGION: 'us-east-1',
  AWS_ENDPOINT_URL: gateway.endpoint,
  AWS_S3_ENDPOINT_URL: gateway.endpoint,
  S3_ENDPOINT_URL: gateway.endpoint,
  RCLONE_CONFIG_BENCH_TYPE: 's3',
  RCLONE_CONFIG_BENCH_PROVIDER: 'Ceph',
  RCLONE_CONFIG_BENCH_ENV_AUTH: 'true',
  RCLONE_CONFIG_BENCH_ENDPOINT: gateway.endpoint,
  NODE_NO_WARNINGS: '1',
};
for (const name of ['AWS_CA_BUNDLE', 'DATABASE_URL', 'REDIS_URL']) delete env[name];

const PROGRAMS = [
  { name: 'migrate:certs', run: () => [process.execPath, CLI, 'migrate', '--json'] },
  { name: 'rclone', goal: 1, run: (bucket) => ['rclone', 'copy', media, `BENCH:${bucket}`, '--transfers', '32', '--checkers', '32'] },
  { name: 's5cmd', goal: 1, run: (bucket) => ['s5cmd', 'cp', `${media}/`, `s3://${bucket}/`] },
  { name: 'bare PUTs', run: (bucket) => [process.execPath, BARE, media, bucket] },
  { name: 'aws', goal: 3, run: (bucket) => ['aws', 's3', 'sync', media, `s3://${bucket}`, '--only-show-errors'] },
].filter(({ name, goal }) => goal === undefined || isThere(name));

function isThere(program) {
  try {
    execFileSync('which', [program], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Of the gateway and what is behind it; 0 where it is not ours. */
const serverCpu = () => (gateway.folder ? cpuOf(gateway.folder) : 0);

/** @returns objects and bytes in the bucket */
async function held(client, Bucket) {
  const found = { objects: 0, bytes: 0 };
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket })) {
    found.objects += Contents.length;
    for (const { Size } of Contents) found.bytes += Size;
  }
  return found;
}

/** The gateway keeps objects in memory: all rounds together would not fit. */
async function empty(client, Bucket) {
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket })) {
    const Objects = Contents.map(({ Key }) => ({ Key }));
    await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
  }
}

const client = new S3Client({
  endpoint: gateway.endpoint,
  region: 'us-east-1',
  forcePathStyle: true,
  credentials: { accessKeyId: env.AWS_ACCESS_KEY_ID, secretAccessKey: env.AWS_SECRET_ACCESS_KEY },
});
const database = await openDatabase(loadConfig(env));
try {
  const bytes = await seed(database.pool, media, FILES, SIZES);
  const rounds = Object.fromEntries(PROGRAMS.map(({ name }) => [name, []]));
  for (let round = 1; round <= ROUNDS; round++) {
    for (const [at, { name, run }] of PROGRAMS.entries()) {
      const bucket = `bench-${process.pid}-${round}-${at}`;
      await client.send(new CreateBucketCommand({ Bucket: bucket }));
      await forgetCopies(database.pool);
      const before = serverCpu();
      const took = await timeCommand(run(bucket), { cwd: root, env: { ...env, AWS_STORAGE_BUCKET_NAME: bucket } });
      const found = await held(client, bucket);
      if (found.objects !== FILES || found.bytes !== bytes) throw new Error(`${name} left ${JSON.stringify(found)}`);
      if (at === 0 && (await countCopies(database.pool)) !== FILES) throw new Error('rows were left behind');
      rounds[name].push(took);
      const server = serverCpu() - before;
      console.log(`round ${round}: ${name} ${took.wall.toFixed(2)} s (processor ${took.cpu.toFixed(2)} s, the server's ${server.toFixed(2)} s)`);
      await empty(client, bucket);
    }
  }
  const median = (name, what) => rounds[name].map((took) => took[what]).sort((a, b) => a - b)[Math.floor(ROUNDS / 2)];
  const title = `${FILES} files, ${(bytes / 1e6).toFixed(0)} MB`;
  for (const { name, goal } of PROGRAMS.slice(1)) {
    const [ratio, cpu] = ['wall', 'cpu'].map((what) => median(name, what) / median('migrate:certs', what));
    const aim = goal === undefined ? 'the limit' : `goal: over ${goal}`;
    console.log(`${title}: ${ratio.toFixed(2)} times as fast as ${name} (medians of ${ROUNDS}; ${aim}), which takes ${cpu.toFixed(1)} times its processor time`);
    if (ratio <= goal) process.exitCode = 1;
  }
} finally {
  client.destroy();
  await database.close();
  rmSync(root, { recursive: true, force: true });
  await gateway.close();
}
