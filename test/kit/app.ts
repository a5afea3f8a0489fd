import { access, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CertificateJobs } from '../../src/certificates/certificate.jobs.js';
import { BatchRepository, STALE_AFTER_MS } from '../../src/certificates/batches/batch.repository.js';
import { CertificatesApiModule } from '../../src/certificates/certificates.module.js';
import { issueBody } from '../../src/certificates/dto/requests.js';
import { SweepService, type SweepResult } from '../../src/certificates/issuing/sweep.service.js';
import { Config } from '../../src/config/config.js';
import { DatabaseModule } from '../../src/database/database.module.js';
import { PrismaService } from '../../src/database/prisma.service.js';
import { SiteUrl } from '../../src/http/site-url.js';
import { JobQueue } from '../../src/queue/job-queue.js';
import { QueueModule } from '../../src/queue/queue.module.js';
import { translateProblem } from '../../src/app/translate-problem.js';
import { makeKey } from '../../src/storage/storage-key.js';
import { StorageModule } from '../../src/storage/storage.module.js';
import { SILENT_OBSERVER } from '../../src/storage/storage-observer.js';
import { startHttpApp } from './http-app.js';
import { services } from '../services/index.js';
import { signTestToken } from './tokens.js';

export interface Answer {
  status: number;
  headers: Headers;
  contentType: string;
  bytes: Buffer;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever the service answered, under test
  json: any;
}

/** Who asks: a user id, `staff`, or nobody. */
export type Caller = string | null;

export class TestApp {
  // several services may share a database
  private nextTournament = Math.floor(Math.random() * 1_000_000_000);

  constructor(
    readonly url: string,
    readonly prisma: PrismaService,
    readonly mediaRoot: string,
    private readonly parts: {
      sweeper: SweepService;
      batches: BatchRepository;
      resume: () => Promise<void>;
      logged: () => string;
      close: () => Promise<void>;
      find: <T>(token: abstract new (...args: never[]) => T) => T;
    },
  ) {}

  async request(
    method: string,
    path: string,
    options: { as?: Caller; body?: unknown; token?: string; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const as = options.as === undefined ? 'staff' : options.as;
    const token =
      options.token ??
      (as === null
        ? null
        : await signTestToken(as === 'staff' ? { sub: 'staff-1', roles: ['staff'] } : { sub: as }));
    const body =
      options.body === undefined
        ? undefined
        : typeof options.body === 'string'
          ? options.body
          : JSON.stringify(options.body);
    const answer = await fetch(new URL(path, this.url), {
      method,
      redirect: 'manual',
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(body !== undefined && { body }),
    });
    const bytes = Buffer.from(await answer.arrayBuffer());
    const contentType = answer.headers.get('content-type') ?? '';
    const json: unknown =
      contentType.includes('json') && bytes.length > 0 ? JSON.parse(bytes.toString()) : undefined;
    return { status: answer.status, headers: answer.headers, contentType, bytes, json };
  }

  get = (path: string, as?: Caller): Promise<Answer> =>
    this.request('GET', path, { ...(as !== undefined && { as }) });
  post = (path: string, body: unknown): Promise<Answer> => this.request('POST', path, { body });
  delete = (path: string): Promise<Answer> => this.request('DELETE', path);
  raw = (method: string, path: string, body: string): Promise<Answer> => this.request(method, path, { body });

  /** A new tournament, completed unless told otherwise, organized by `organizer`. */
  async tournament(changes: { status?: string } = {}): Promise<number> {
    const id = this.nextTournament++;
    const body = {
      name: 'Candidates 2024',
      organizer_id: 'organizer',
      status: 'completed',
      completed_at: '2024-04-22T20:00:00Z',
    };
    const answer = await this.request('PUT', `/api/tournaments/${id}/`, { body: { ...body, ...changes } });
    if (answer.status > 201) throw new Error(`tournament: ${answer.bytes.toString()}`);
    return id;
  }

  /** Every file on disk has its row, every row its file, and nothing is pending. */
  async expectNoOrphans(): Promise<void> {
    const rows = await this.prisma.certificateFile.findMany({ select: { key: true } });
    const onDisk = (await readdir(this.mediaRoot, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(this.mediaRoot.length + 1));
    expect(onDisk.sort()).toEqual(rows.map((row) => row.key).sort());
    expect(await this.prisma.pendingFile.count()).toBe(0);
  }

  sweepNow = (): Promise<SweepResult> => this.parts.sweeper.sweep(-60_000);

  async blockMediaRoot(): Promise<void> {
    await writeFile(this.mediaRoot, 'a file where a folder should be');
  }

  async unblockMediaRoot(): Promise<void> {
    await rm(this.mediaRoot);
  }

  /** What a process leaves that was killed between placing a file and committing its row. */
  async leaveOrphan(): Promise<string> {
    const key = makeKey('pdf', new Date());
    await this.prisma.pendingFile.create({ data: { key } });
    await mkdir(dirname(join(this.mediaRoot, key)), { recursive: true });
    await writeFile(join(this.mediaRoot, key), 'orphan');
    return key;
  }

  async fileExists(key: string): Promise<boolean> {
    return access(join(this.mediaRoot, key)).then(
      () => true,
      () => false,
    );
  }

  /** What a process leaves that was killed between writing a batch and enqueueing it, seen some minutes later. */
  async createBatchWithoutJob(tournamentId: number, results: unknown[]): Promise<string> {
    const id = await this.parts.batches.create(
      tournamentId,
      'staff-1',
      results.map((result) => issueBody.parse(result)),
    );
    await this.prisma.batch.update({
      where: { id },
      data: { heartbeatAt: new Date(Date.now() - 2 * STALE_AFTER_MS) },
    });
    return id;
  }

  /** What was logged, as written. */
  logged = (): string => this.parts.logged();
  resumeStaleBatches = (): Promise<void> => this.parts.resume();
  /** Anything that the service injects. */
  find = <T>(token: abstract new (...args: never[]) => T): T => this.parts.find(token);
  close = (): Promise<void> => this.parts.close();
}

/** The whole service in this process, on a database of its own. @param options.worker also runs queue jobs */
export async function startApp(
  options: { worker?: boolean; env?: Record<string, string> } = {},
): Promise<TestApp> {
  const http = await startHttpApp(
    { imports: [DatabaseModule, QueueModule, StorageModule.with(SILENT_OBSERVER), CertificatesApiModule] },
    { DATABASE_URL: await services.postgres(), ...options.env },
    translateProblem,
  );
  const find = <T>(token: abstract new (...args: never[]) => T): T =>
    http.app.get(token as never, { strict: false });
  find(SiteUrl).listeningOn(Number(new URL(http.url).port));
  const jobs = find(CertificateJobs);
  const queue = find(JobQueue);
  if (options.worker) {
    await jobs.register();
    await queue.startWorkers();
  }
  return new TestApp(http.url, find(PrismaService), find(Config).storage.mediaRoot, {
    sweeper: find(SweepService),
    batches: find(BatchRepository),
    resume: () => jobs.resumeBatches(),
    logged: () => http.logged(),
    close: () => http.close(),
    find,
  });
}
