import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { Clients } from '../../aws/clients.js';
import type { CommandContext } from '../../command-context.js';
import { State } from '../../state/state.js';
import type { Flags } from '../commands.js';
import { deleteEach } from '../delete/delete-command.js';
import { pathOfObject } from '../names/escape.js';
import { withMirror } from '../open-mirror.js';
import { Run } from '../run/run.js';
import { verifyBucket } from '../verify/verify-bucket.js';

const MIB = 1 << 20;
const KEYS = [
  'plain.txt',
  'folder/a.pdf',
  'folder',
  'a b/ü.txt',
  '../outside',
  '/leading',
  'double//slash',
  'empty',
  'README',
  'readme',
];

/** The steps of a smoke test, each on the work of those before. */
export async function pipeline(
  context: CommandContext,
  flags: Flags,
  clients: Clients,
  bucket: string,
  root: string,
  step: (name: string, work: () => Promise<string>) => Promise<void>,
): Promise<void> {
  const manifest = new Map<string, string>();
  await step('create', async () => {
    const client = await clients.s3();
    const region = await clients.homeRegion();
    const elsewhere = region === 'us-east-1' || clients.endpoint !== undefined;
    await client.send(
      new CreateBucketCommand({
        Bucket: bucket,
        ...(!elsewhere && { CreateBucketConfiguration: { LocationConstraint: region as 'eu-central-1' } }),
      }),
    );
    return bucket;
  });
  await step('upload', async () => {
    const client = await clients.s3For(bucket);
    for (const key of KEYS) {
      const body = key === 'empty' ? Buffer.alloc(0) : randomBytes(10_000);
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
      manifest.set(key, sha256(body));
    }
    const large = randomBytes(11 * MIB);
    await uploadInParts(client, bucket, 'large.bin', large);
    manifest.set('large.bin', sha256(large));
    return `${manifest.size} objects`;
  });
  const { signal } = context;
  await withMirror(context, flags, async (mirror) => {
    await step('mirror', async () => {
      const result = await new Run(mirror, { only: [bucket], wait: false }).run();
      if (result.failed + result.bucketErrors.length > 0) throw new Error(JSON.stringify(result));
      return `${result.copied.files} copied`;
    });
    await step('manifest', async () => {
      for (const [key, expected] of manifest) {
        const path = pathOfObject(
          { key, besideFolder: key === 'folder' },
          { portable: mirror.state.metadata.get('names') === 'portable' },
        );
        if ((await sha256OfFile(join(root, bucket, path))) !== expected)
          throw new Error(`${key} differs on disk`);
      }
      return `${manifest.size} SHA-256 equal`;
    });
    const row = mirror.state.buckets.byName(bucket);
    if (!row) throw new Error(`${bucket} is not in the state`);
    await step('verify', async () => {
      const { wrong, notCopied, extra } = await verifyBucket(mirror, row, 'all');
      if (wrong + notCopied + extra > 0)
        throw new Error(`${wrong} wrong, ${notCopied} not copied, ${extra} extra`);
      return 'nothing missing, wrong or extra';
    });
    await step('delete', async () => {
      // The operator's part: the bucket is this test's own.
      const stdin = new PassThrough();
      stdin.end(`${bucket}\n`);
      const verified = mirror.state.buckets.byName(bucket);
      const [outcome] = await deleteEach(
        { ...context, stdin, signal },
        mirror,
        verified ? [verified] : [],
        false,
      );
      if (outcome?.outcome !== 'deleted') throw new Error(JSON.stringify(outcome));
      return 'bucket deleted';
    });
  });
  await step('record', async () => {
    const state = State.open(String(flags.state), { mustExist: true });
    const { files } = state.tallies.count(['deleted']);
    state.close();
    if (files !== manifest.size)
      throw new Error(`${files} objects recorded as deleted, not ${manifest.size}`);
    return `${files} objects recorded`;
  });
}

async function uploadInParts(client: S3Client, bucket: string, key: string, body: Buffer): Promise<void> {
  const target = { Bucket: bucket, Key: key };
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(target));
  const parts: { PartNumber: number; ETag: string | undefined }[] = [];
  for (let start = 0; start < body.length; start += 5 * MIB) {
    const PartNumber = parts.length + 1;
    const Body = body.subarray(start, start + 5 * MIB);
    const { ETag } = await client.send(new UploadPartCommand({ ...target, UploadId, PartNumber, Body }));
    parts.push({ PartNumber, ETag });
  }
  await client.send(
    new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts: parts } }),
  );
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
