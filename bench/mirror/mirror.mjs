// Bucket to disk: `s3-admin mirror` (listing, copy, verification by reading back, state) beside rclone, s5cmd and the AWS CLI,
// on one gateway, in alternating rounds. npm run bench:mirror [-- --small N --large-mib N --rounds N]
// BENCH_FOLDER: where the copies go (default: the system's temporary folder); BENCH_ENDPOINT and AWS_* keys: another server.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { timeCommand } from '../time-command.mjs';
import { startGateway } from '../radosgw.mjs';

const { values } = parseArgs({
  options: {
    small: { type: 'string', default: '5000' },
    'large-mib': { type: 'string', default: '1024' },
    rounds: { type: 'string', default: '3' },
  },
});
const [SMALL, LARGE_MIB, ROUNDS] = [values.small, values['large-mib'], values.rounds].map(Number);
const SMALL_BYTES = 10 * 1024;
const LARGE_COUNT = 3;
const BARE = join(import.meta.dirname, 'bare-gets.mjs');

const gateway = process.env.BENCH_ENDPOINT
  ? { endpoint: process.env.BENCH_ENDPOINT, close: async () => {} }
  : await startGateway();
const env = {
  ...process.env,
  AWS_ACCESS_KEY_ID: gateway.accessKey ?? process.env.AWS_ACCESS_KEY_ID,
  AWS_SECRET_ACCESS_KEY: gateway.secretKey ?? process.env.AWS_SECRET_ACCESS_KEY,
  AWS_REGION: 'us-east-1',
  AWS_ENDPOINT_URL: gateway.endpoint,
  S3_ENDPOINT_URL: gateway.endpoint,
  RCLONE_CONFIG_BENCH_TYPE: 's3',
  RCLONE_CONFIG_BENCH_PROVIDER: 'Ceph',
  RCLONE_CONFIG_BENCH_ENV_AUTH: 'true',
  RCLONE_CONFIG_BENCH_ENDPOINT: gateway.endpoint,
  MIRROR_MIN_FREE: '1MiB',
  NODE_NO_WARNINGS: '1',
};
delete env.AWS_CA_BUNDLE;
const root = mkdtempSync(join(process.env.BENCH_FOLDER ?? tmpdir(), 'bench-mirror-'));

const PROGRAMS = [
  { name: 'mirror', run: (bucket, to) => [process.execPath, 'dist/s3-admin/cli.js', 'mirror', '-b', bucket, '--root', to] },
  { name: 'rclone', goal: 1, run: (bucket, to) => ['rclone', 'copy', `BENCH:${bucket}`, to, '--transfers', '32', '--checkers', '32'] },
  // rclone compares no multipart object and reads nothing back; this is what it takes to have both from it.
  {
    name: 'rclone and check',
    program: 'rclone',
    goal: 1,
    run: (bucket, to) => [
      'sh',
      '-c',
      'rclone copy "BENCH:$0" "$1" --transfers 32 --checkers 32 && rclone check --download "BENCH:$0" "$1" --checkers 32',
      bucket,
      to,
    ],
  },
  { name: 's5cmd', goal: 1, run: (bucket, to) => ['s5cmd', 'cp', `s3://${bucket}/*`, `${to}/`] },
  // The same objects received and forgotten.
  { name: 'bare GETs', run: (bucket) => [process.execPath, BARE, bucket], copies: false },
  { name: 'aws', goal: 4, run: (bucket, to) => ['aws', 's3', 'sync', `s3://${bucket}`, to, '--only-show-errors'] },
].filter(({ name, goal, program = name }) => goal === undefined || isThere(program));

function isThere(program) {
  try {
    execFileSync('which', [program], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function fill(client, bucket, count, put) {
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  let next = 0;
  const worker = async () => {
    while (next < count) await put(next++);
  };
  await Promise.all(Array.from({ length: 16 }, worker));
}

async function uploadInParts(client, target, body) {
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(target));
  const Parts = [];
  for (let start = 0; start < body.length; start += 16 << 20) {
    const PartNumber = Parts.length + 1;
    const Body = body.subarray(start, start + (16 << 20));
    const { ETag } = await client.send(new UploadPartCommand({ ...target, UploadId, PartNumber, Body }));
    Parts.push({ PartNumber, ETag });
  }
  await client.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }));
}

function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && !entry.parentPath.includes('.mirror'),
  ).length;
}

async function compare(title, bucket, files) {
  const rounds = Object.fromEntries(PROGRAMS.map(({ name }) => [name, []]));
  for (let round = 1; round <= ROUNDS; round++) {
    for (const { name, run, copies = true } of PROGRAMS) {
      const folder = mkdtempSync(join(root, 'copy-'));
      const took = await timeCommand(run(bucket, folder), { env });
      if (copies && filesIn(folder) !== files) throw new Error(`${name} copied ${filesIn(folder)} files of ${files}`);
      // Where many files were deleted, ext4 searches for minutes past each of them for the next new one: the small copies stay.
      if (files <= LARGE_COUNT) rmSync(folder, { recursive: true });
      rounds[name].push(took);
      console.log(`${title}, round ${round}: ${name} ${took.wall.toFixed(2)} s (processor ${took.cpu.toFixed(2)} s)`);
    }
  }
  const median = (name) => rounds[name].map(({ wall }) => wall).sort((a, b) => a - b)[Math.floor(ROUNDS / 2)];
  return PROGRAMS.slice(1).map(({ name, goal }) => {
    const ratio = median(name) / median('mirror');
    const aim = goal === undefined ? 'the limit' : `goal: over ${goal}`;
    console.log(`${title}: ${ratio.toFixed(2)} times as fast as ${name} (medians of ${ROUNDS}; ${aim})`);
    return goal === undefined || ratio > goal;
  });
}

try {
  const client = new S3Client({
    endpoint: gateway.endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: env.AWS_ACCESS_KEY_ID, secretAccessKey: env.AWS_SECRET_ACCESS_KEY },
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
  const [small, large] = ['small', 'large'].map((name) => `bench-${name}-${process.pid}`);
  await fill(client, small, SMALL, (i) =>
    client.send(
      new PutObjectCommand({ Bucket: small, Key: `pdf/2024/${(i % 12) + 1}/${i}.pdf`, Body: randomBytes(SMALL_BYTES) }),
    ),
  );
  const body = randomBytes(LARGE_MIB << 20);
  await fill(client, large, LARGE_COUNT, (i) =>
    uploadInParts(client, { Bucket: large, Key: `large-${i}.bin` }, body),
  );
  client.destroy();
  const met = [
    ...(await compare(`${SMALL} x 10 KiB`, small, SMALL)),
    ...(await compare(`${LARGE_COUNT} x ${LARGE_MIB} MiB`, large, LARGE_COUNT)),
  ];
  process.exitCode = met.every(Boolean) ? 0 : 1;
} finally {
  rmSync(root, { recursive: true, force: true });
  await gateway.close();
}
