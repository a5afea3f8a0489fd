import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Body, Controller, Get, Global, Module, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';
import pg from 'pg';
import { z } from 'zod';
import { Public } from '../../src/auth/public.decorator.js';
import { DatabaseModule } from '../../src/database/database.module.js';
import { ApiProblem } from '../../src/http/api-problem.js';
import { OperationsModule } from '../../src/operations/operations.module.js';
import { JobQueue } from '../../src/queue/job-queue.js';
import { StorageModule } from '../../src/storage/storage.module.js';
import { SILENT_OBSERVER } from '../../src/storage/storage-observer.js';
import { type HttpTestApp, startHttpApp } from '../kit/http-app.js';
import { FaultProxy, services, temporaryFolder } from '../services/index.js';

/** Stands where the queue stands, to say at will that it is well, ill or silent. */
class QueueInHand {
  state: 'well' | 'ill' | 'silent' = 'well';
  async ping(): Promise<void> {
    if (this.state === 'silent') await new Promise(() => undefined);
    if (this.state === 'ill') throw new Error('connect ECONNREFUSED redis://:password@10.0.0.7:6379');
  }
  async depth(): Promise<Record<string, Record<string, number>>> {
    await this.ping();
    return { certificates: { waiting: 3, active: 1 } };
  }
}
const queue = new QueueInHand();

@Global()
@Module({ providers: [{ provide: JobQueue, useValue: queue }], exports: [JobQueue] })
class QueueInHandModule {}

@Controller('api/things')
class ThingsController {
  @Post(':id/')
  @ApiOperation({ summary: 'Makes a thing' })
  @ApiResponse({ status: 201, standardSchema: z.object({ made: z.boolean() }) })
  @ApiProblem(409, 'thing_exists')
  make(
    @Param('id', { schema: z.uuid() }) _id: string,
    @Body({ schema: z.strictObject({ name: z.string().max(9) }) }) _body: object,
  ): object {
    return { made: true };
  }

  @Public()
  @Get('open/')
  @ApiResponse({ status: 200 })
  open(): object {
    return {};
  }
}

let server: HttpTestApp;
let database: FaultProxy;
const media = join(temporaryFolder('operations'), 'media');

beforeAll(async () => {
  const url = await services.postgres();
  database = await FaultProxy.to(url);
  mkdirSync(media, { recursive: true });
  server = await startHttpApp(
    {
      controllers: [ThingsController],
      imports: [DatabaseModule, QueueInHandModule, StorageModule.with(SILENT_OBSERVER), OperationsModule],
    },
    { DATABASE_URL: database.url(url), MEDIA_ROOT: media },
  );
});
afterEach(() => {
  database.set({ kind: 'none' });
  queue.state = 'well';
});
afterAll(async () => {
  database.set({ kind: 'none' });
  await server.close();
  await database.close();
});

const get = async (path: string, headers: Record<string, string> = {}) => {
  const response = await fetch(`${server.url}${path}`, { headers });
  return { status: response.status, headers: response.headers, text: await response.text() };
};
const ready = async () => {
  const { status, headers, text } = await get('/health/ready');
  return {
    status,
    headers,
    text,
    report: JSON.parse(text) as { status: string; checks: Record<string, object> },
  };
};

describe('readiness', () => {
  it('is 200 when database, queue and storage answer', async () => {
    const { status, report } = await ready();
    expect(status).toBe(200);
    expect(report).toEqual({
      status: 'ready',
      checks: {
        database: { status: 'ok', ms: expect.any(Number) as number },
        queue: { status: 'ok', ms: expect.any(Number) as number },
        storage: { status: 'ok', ms: expect.any(Number) as number },
      },
    });
  });

  it.each([
    ['refuses', { kind: 'refuse' }, 'unavailable'],
    ['hangs', { kind: 'hang' }, 'timeout'],
  ] as const)('is 503 when the database %s, and 200 again afterwards', async (_name, fault, reason) => {
    database.set(fault);
    const { status, headers, report } = await ready();
    expect(status).toBe(503);
    expect(headers.get('retry-after')).toBe('5');
    expect(report.status).toBe('unavailable');
    expect(report.checks['database']).toMatchObject({ status: 'failed', reason });
    expect(report.checks['queue']).toMatchObject({ status: 'ok' });
    expect(report.checks['storage']).toMatchObject({ status: 'ok' });
    expect((await get('/health/live')).status).toBe(200);
    database.set({ kind: 'none' });
    expect((await ready()).status).toBe(200);
  });

  it.each([
    ['ill', 'unavailable'],
    ['silent', 'timeout'],
  ] as const)(
    'is 503 when the queue is %s, and tells strangers nothing of where it is',
    async (state, reason) => {
      queue.state = state;
      const { status, report, text } = await ready();
      expect(status).toBe(503);
      expect(report.checks['queue']).toMatchObject({ status: 'failed', reason });
      expect(text).not.toMatch(/password|10\.0\.0\.7/);
      expect(server.logged()).not.toContain('password@');
    },
  );

  it('is 503 with the code of the storage error when files can not be written', async () => {
    rmSync(media, { recursive: true });
    writeFileSync(media, 'a file where the folder was');
    const { status, report } = await ready();
    expect(status).toBe(503);
    expect(report.checks['storage']).toMatchObject({ status: 'failed', reason: 'misconfigured' });
    rmSync(media);
    mkdirSync(media);
    expect((await ready()).status).toBe(200);
  });
});

describe('metrics', () => {
  it('show the process, requests by route template, and the queue as of the scrape', async () => {
    await get('/health/live');
    await get('/api/things/open/');
    await get('/some/where/else');
    const { status, headers, text } = await get('/metrics');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(text).toContain('process_resident_memory_bytes');
    expect(text).toContain('nodejs_eventloop_lag');
    expect(text).toMatch(/http_request_duration_seconds_count\{.*route="\/api\/things\/open".*\} 1/);
    expect(text).toMatch(/http_request_duration_seconds_count\{.*route="unmatched".*status="4xx".*\} 1/);
    expect(text).not.toContain('/some/where');
    expect(text).toContain('cert_queue_jobs{queue="certificates",state="waiting"} 3');
    expect(text).toContain('# TYPE cert_issued_total counter');
    expect(text).toContain('cert_migration_files_total{task="migrate",outcome="failed"} 0');
    expect(text).toContain('cert_storage_fallback_total{from="s3",to="local"} 0');
    expect(text).toContain('# TYPE cert_storage_fallback_total counter');
  });

  it('tell of the latest run of each command, which runs in a process of its own', async () => {
    const pool = server.app.get(pg.Pool, { strict: false });
    const run = (task: string, dryRun: boolean, day: string, failed: number) =>
      pool.query(
        `INSERT INTO migration_runs (id, task, dry_run, options, runner, started_at, total, done, failed)
         VALUES (gen_random_uuid(), $1, $2, '{}', 'test', $3, 10, 4, $4)`,
        [task, dryRun, day, failed],
      );
    await run('migrate', false, '2026-01-02', 1);
    await run('migrate', false, '2026-01-01', 5);
    await run('migrate', true, '2026-01-03', 6);
    await run('validate', false, '2026-01-01', 2);
    const { text } = await get('/metrics');
    const told = text.split('\n').filter((line) => line.startsWith('cert_migration_run_files{'));
    expect(told.sort()).toEqual([
      'cert_migration_run_files{task="migrate",outcome="done"} 4',
      'cert_migration_run_files{task="migrate",outcome="failed"} 1',
      'cert_migration_run_files{task="migrate",outcome="skipped"} 0',
      'cert_migration_run_files{task="validate",outcome="done"} 4',
      'cert_migration_run_files{task="validate",outcome="failed"} 2',
      'cert_migration_run_files{task="validate",outcome="skipped"} 0',
    ]);
  });

  it('are there without the queue, which is then absent rather than stale', async () => {
    await get('/metrics');
    queue.state = 'ill';
    const { status, text } = await get('/metrics');
    expect(status).toBe(200);
    expect(text).not.toContain('cert_queue_jobs{');
  });
});

describe('the documentation', () => {
  it('describes calls, schemas, authentication and problems', async () => {
    const { status, text } = await get('/api/openapi.json');
    expect(status).toBe(200);
    const document = JSON.parse(text) as {
      paths: Record<string, Record<string, { security?: unknown; responses: Record<string, unknown> }>>;
      components: Record<string, Record<string, unknown>>;
    };
    const make = document.paths['/api/things/{id}/']?.['post'];
    expect(Object.keys(make?.responses ?? {})).toEqual([
      '201',
      '400',
      '401',
      '409',
      '413',
      '415',
      '422',
      '429',
      '500',
      '503',
    ]);
    expect(make).toMatchObject({
      requestBody: {
        content: {
          'application/json': {
            schema: { properties: { name: { type: 'string', maxLength: 9 } }, required: ['name'] },
          },
        },
      },
      responses: {
        201: { content: { 'application/json': { schema: { properties: { made: { type: 'boolean' } } } } } },
        409: {
          description: '`thing_exists`',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
    });
    expect(document).toMatchObject({ security: [{ bearer: [] }] });
    expect(document.components['securitySchemes']?.['bearer']).toMatchObject({ scheme: 'bearer' });
    expect(document.paths['/api/things/open/']?.['get']?.security).toEqual([]);
    expect(text).not.toContain('x-public');
    expect(document.paths).toMatchObject({
      '/health/ready': {
        get: { responses: { 503: { content: { 'application/json': { schema: { type: 'object' } } } } } },
      },
      '/metrics': { get: { responses: { 200: { content: { 'text/plain': {} } } } } },
    });
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(['/health/live', '/health/ready', '/metrics']),
    );
  });

  it.each(['/api/docs', '/api/docs/'])('is a page at %s that loads nothing from elsewhere', async (path) => {
    const { status, headers, text } = await get(path, { accept: 'text/html' });
    expect(status).toBe(200);
    expect(text).not.toMatch(/(?:src|href)=["']https?:/);
    expect(headers.get('content-security-policy')).toContain("script-src 'self'");
    const script = /src="(\.[^"]*swagger-ui-bundle\.js)"/.exec(text)?.[1] ?? '';
    const bundle = await get(new URL(script, `${server.url}${path}`).pathname);
    expect(bundle.status).toBe(200);
    expect(bundle.headers.get('content-type')).toContain('javascript');
  });
});

describe('the bare address', () => {
  it('tells people what this is, in their language, and programs where to look', async () => {
    const english = await get('/', { accept: 'text/html' });
    expect(english.text).toContain('<html lang="en">');
    // The certificate has a code printed on it, and no address.
    expect(english.text).toContain('<input name="code"');
    expect(english.headers.get('vary')).toContain('Accept-Language');
    const bengali = await get('/', { accept: 'text/html', 'accept-language': 'bn-BD,bn;q=0.9,en;q=0.5' });
    expect(bengali.text).toContain('<html lang="bn">');
    expect(JSON.parse((await get('/')).text)).toMatchObject({ openapi: '/api/openapi.json' });
  });

  it.each([
    ['?code=+5b1c7e0e-9a43+', '/api/tournaments/certificates/verify/5b1c7e0e-9a43/'],
    [
      '?code=..%2F..%2F%2Fevil.example%3Fa',
      '/api/tournaments/certificates/verify/..%2F..%2F%2Fevil.example%3Fa/',
    ],
  ])('leads a code that was typed there, %s, to its verification and nowhere else', async (query, path) => {
    const answer = await fetch(`${server.url}/${query}`, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, path]);
  });

  it.each(['?code=', '?code=+', '?code=a&code=b'])('stays where it is for %s', async (query) => {
    expect((await get(`/${query}`, { accept: 'text/html' })).text).toContain('<input name="code"');
  });
});
