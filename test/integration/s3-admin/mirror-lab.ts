import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  type CreateBucketCommandInput,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { run } from '../../../src/s3-admin/program.js';
import { State } from '../../../src/s3-admin/state/state.js';
import { type MotoFacts, type Radosgw, services, temporaryFolder } from '../../services/index.js';
import { S3AdminProcess } from '../../kit/s3-admin-process.js';
import { type Called, type Settings, withVariables } from './call.js';

/** A bucket of its own on a server, and a folder to mirror it to. */
export class MirrorLab {
  readonly root = temporaryFolder('mirror');
  /** What the operator types. */
  stdin = '';
  private onStderr: ((text: string) => void) | undefined;
  private onPrompt: (() => Promise<string>) | undefined;
  readonly controller = { current: new AbortController() };

  private constructor(
    readonly s3: S3Client,
    readonly bucket: string,
    readonly settings: Settings,
  ) {}

  static async on(
    server: 'radosgw' | 'moto' | Radosgw | MotoFacts,
    endpoint?: string,
    more: Partial<CreateBucketCommandInput> = {},
  ): Promise<MirrorLab> {
    const facts: Radosgw | MotoFacts = typeof server === 'string' ? await services[server]() : server;
    const bucket = `mirror-${randomUUID()}`;
    const settings = {
      AWS_S3_ENDPOINT_URL: endpoint ?? facts.endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: facts.accessKey,
      AWS_SECRET_ACCESS_KEY: facts.secretKey,
    };
    const s3 = new S3Client({
      ...{ endpoint: facts.endpoint, region: 'us-east-1', forcePathStyle: true },
      credentials: { accessKeyId: facts.accessKey, secretAccessKey: facts.secretKey },
      ...{ requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED' },
    });
    await s3.send(new CreateBucketCommand({ ...more, Bucket: bucket }));
    return new MirrorLab(s3, bucket, settings);
  }

  /** Runs `s3-admin mirror …` in this process, for this bucket only. */
  async mirror(...argv: string[]): Promise<Called> {
    return this.call('-b', this.bucket, ...argv);
  }

  /** Runs `s3-admin mirror …` with these arguments. */
  async call(...argv: string[]): Promise<Called> {
    const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
    const printed = Promise.all([text(stdout), text(stderr)]);
    const { onStderr } = this;
    this.onStderr = undefined;
    if (onStderr) stderr.on('data', (chunk: Buffer) => onStderr(chunk.toString()));
    if (this.onPrompt) answerPrompt(stdin, stderr, this.onPrompt);
    else stdin.end(this.stdin);
    this.controller.current = new AbortController();
    const { signal } = this.controller.current;
    const settings = { ...this.settings, MIRROR_ROOT: this.root, MIRROR_MIN_FREE: '1MiB' };
    const code = await withVariables(settings, () =>
      run(['mirror', ...argv, '--json'], {
        env: { ...process.env, ...settings },
        stdin,
        stdout,
        stderr,
        signal,
      }),
    );
    stdout.end();
    stderr.end();
    const [out, err] = await printed;
    return { code, stdout: out, stderr: err, json: <T>() => JSON.parse(out) as T };
  }

  /** `s3-admin …` as a process of its own. */
  process(argv: string[], wrapper: string[] = []): S3AdminProcess {
    const settings = { MIRROR_ROOT: this.root, MIRROR_MIN_FREE: '1MiB', ...this.settings };
    return S3AdminProcess.start(argv, settings, wrapper);
  }

  /** A run that is interrupted as soon as its progress says this. */
  async mirrorUntil(phase: string, ...argv: string[]): Promise<Called> {
    this.onceStderr(`${phase}:`, () => this.controller.current.abort());
    return this.mirror(...argv);
  }

  /** Does something when the next run's progress begins a line so. */
  onceStderr(start: string, act: () => void): void {
    this.onStderr = (text) => {
      if (text.startsWith(start)) act();
    };
  }

  /** `mirror delete` with what the operator types. */
  async delete(typed: string, ...argv: string[]): Promise<Called> {
    this.stdin = `${typed}\n`;
    return this.call('delete', this.bucket, ...argv);
  }

  /** `mirror delete` where something happens while the prompt waits, before the right name is typed. */
  async deleteAnswering(meanwhile: () => Promise<unknown>): Promise<Called> {
    this.onPrompt = async () => {
      await meanwhile();
      return `${this.bucket}\n`;
    };
    return this.call('delete', this.bucket);
  }

  async put(
    Key: string,
    Body: string | Buffer = `content of ${Key}`,
    more: Partial<PutObjectCommandInput> = {},
  ) {
    return this.s3.send(new PutObjectCommand({ Bucket: this.bucket, Key, Body, ...more }));
  }

  async putParts(Key: string, parts: Buffer[], more: Partial<PutObjectCommandInput> = {}): Promise<void> {
    const target = { Bucket: this.bucket, Key };
    const { UploadId } = await this.s3.send(
      new CreateMultipartUploadCommand({ ...target, StorageClass: more.StorageClass }),
    );
    const done: { PartNumber: number; ETag: string | undefined }[] = [];
    for (const [index, Body] of parts.entries()) {
      const PartNumber = index + 1;
      const { ETag } = await this.s3.send(new UploadPartCommand({ ...target, UploadId, PartNumber, Body }));
      done.push({ PartNumber, ETag });
    }
    await this.s3.send(
      new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts: done } }),
    );
  }

  async remove(Key: string, VersionId?: string): Promise<void> {
    await this.s3.send(new DeleteObjectCommand({ Bucket: this.bucket, Key, VersionId }));
  }

  async versioning(Status: 'Enabled' | 'Suspended' = 'Enabled'): Promise<void> {
    await this.s3.send(
      new PutBucketVersioningCommand({ Bucket: this.bucket, VersioningConfiguration: { Status } }),
    );
  }

  /** Makes the record long by objects that were listed and not copied; S3 has none of them. */
  addRows(count: number): void {
    const rows = Array.from({ length: count }, (_, i) => ({
      object: {
        ...{ key: `k${i}`, version: 'null', latest: true, marker: false },
        ...{ size: 1, modified: 0, etag: 'e', storageClass: 'STANDARD' },
      },
      state: 'pending' as const,
    }));
    this.state((state, id) => state.objects.insert(id, rows));
  }

  /** Keys of every version that S3 still has. */
  async versionsInS3(): Promise<string[]> {
    const page = await this.s3.send(new ListObjectVersionsCommand({ Bucket: this.bucket }));
    return (page.Versions ?? []).map(({ Key }) => Key as string).sort();
  }

  /** A file below the bucket's folder. */
  path(name: string): string {
    return join(this.root, this.bucket, name);
  }

  file(name: string): string | undefined {
    return existsSync(this.path(name)) && statSync(this.path(name)).isFile()
      ? readFileSync(this.path(name), 'utf8')
      : undefined;
  }

  /** Flips one byte in the middle of a file, leaving its size and times as they are. */
  flipByte(name: string): void {
    const { atime, mtime } = statSync(this.path(name));
    const bytes = readFileSync(this.path(name));
    const middle = bytes.length >> 1;
    bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
    writeFileSync(this.path(name), bytes);
    utimesSync(this.path(name), atime, mtime);
  }

  /** Looks into the state file. */
  state<T>(look: (state: State, bucketId: number) => T): T {
    const state = State.open(join(this.root, '.mirror/state.db'), { mustExist: true });
    try {
      return look(state, state.buckets.byName(this.bucket)?.id ?? -1);
    } finally {
      state.close();
    }
  }
}

function answerPrompt(stdin: PassThrough, stderr: PassThrough, answer: () => Promise<string>): void {
  stderr.on('data', (chunk: Buffer) => {
    if (chunk.toString().includes('Type the name')) void answer().then((typed) => stdin.end(typed));
  });
}
