import { execFile, type ExecFileException, spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CompiledService } from '../kit/compiled-service.js';
import { until } from '../kit/until.js';
import { freePort, ServerProcess, temporaryFolder } from '../services/index.js';
import { noteProcess } from '../services/run-folder.js';

const DIST = join(__dirname, '../../dist');

/** Runs a compiled program to its end in a folder of its own, with no environment but this. */
function run(program: string, args: string[], env: NodeJS.ProcessEnv, folder = temporaryFolder('run')) {
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const options = { cwd: folder, env: { PATH: process.env['PATH'], ...env } };
    execFile(
      process.execPath,
      [join(DIST, program), ...args],
      options,
      (error: ExecFileException | null, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });
}

describe('a wrong configuration', () => {
  it('ends the process with code 2 and one line for each wrong variable', async () => {
    const { code, stdout, stderr } = await run('main.js', [], {
      PORT: 'many',
      USE_S3_FOR_CERTS: 'yes',
      REDIS_URL: 'not-shown-because-secret',
    });
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr.trim().split('\n').sort()).toEqual([
      'PORT: got "many", takes a whole number from 0 to 65535',
      'REDIS_URL: takes a redis:// or rediss:// URL',
      'USE_S3_FOR_CERTS: got "yes", takes false, dual or true',
    ]);
  });

  it('is a production without a secret', async () => {
    const { code, stderr } = await run('worker.js', [], { NODE_ENV: 'production' });
    expect([code, stderr]).toEqual([2, expect.stringContaining('AUTH_JWT_SECRET: takes a secret')]);
  });

  it.each([
    ['main.js', 'PORT'],
    ['worker.js', 'WORKER_METRICS_PORT'],
  ])(
    'is a port that another process has: %s names %s',
    async (program, name) => {
      const other = createServer();
      const port = await new Promise<number>((resolve) => {
        other.listen(0, '127.0.0.1', () => resolve((other.address() as AddressInfo).port));
      });
      const { code, stderr } = await run(program, [], { [name]: String(port) });
      other.close();
      expect([code, stderr]).toEqual([2, `${name}: got "${port}", takes a port that no other process has\n`]);
    },
    60_000,
  );

  it('is an address that this machine does not have', async () => {
    const { code, stderr } = await run('main.js', [], { HOST: 'no-such-host.invalid' });
    const takes = 'an address of this machine, such as 127.0.0.1 or 0.0.0.0';
    expect([code, stderr]).toEqual([2, `HOST: got "no-such-host.invalid", takes ${takes}\n`]);
  }, 60_000);

  it('may come from .env, which .env.local and the environment overrule', async () => {
    const folder = temporaryFolder('env');
    const refusal = async (env: NodeJS.ProcessEnv) =>
      (await run('cli.js', ['token', '--sub', '1'], env, folder)).stderr;
    writeFileSync(join(folder, '.env'), 'PORT=from-env\nHOST=\n');
    expect(await refusal({})).toContain('PORT: got "from-env"');
    writeFileSync(join(folder, '.env.local'), 'PORT=from-local\n');
    expect(await refusal({})).toContain('PORT: got "from-local"');
    expect(await refusal({ PORT: 'set' })).toContain('PORT: got "set"');
  });
});

describe('the token command', () => {
  it('prints a token and nothing else', async () => {
    const { code, stdout } = await run(
      'cli.js',
      ['token', '--sub', '42', '--role', 'staff', '--role', 'x'],
      {},
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    const claims = JSON.parse(Buffer.from(stdout.split('.')[1] ?? '', 'base64url').toString()) as Record<
      string,
      number
    >;
    expect(claims).toMatchObject({ sub: '42', roles: ['staff', 'x'] });
    expect((claims['exp'] ?? 0) - (claims['iat'] ?? 0)).toBe(86_400);
  });

  it.each([
    [['token'], {}, "required option '--sub <user id>' not specified"],
    [['token', '--sub', ''], {}, 'It has no value'],
    [['token', '--sub', '1', '--role', ''], {}, 'It has no value'],
    [['token', '--sub', '1', '--expires-in', 'soon'], {}, '--expires-in takes a time'],
    [['token', '--sub', '1', '--expires-in', '101y'], {}, '--expires-in takes from 1s to 100y'],
    [['token', '--sub', '1', '--expires-in', '0s'], {}, '--expires-in takes from 1s to 100y'],
    [['token', '--sub', '1'], { AUTH_JWKS_URL: 'https://issuer.test/jwks' }, 'ask its issuer'],
    [['tokn'], {}, "unknown command 'tokn'"],
  ])('%j: exit code 2 and what to do', async (args, env, says) => {
    const { code, stdout, stderr } = await run('cli.js', args, env);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(says);
  });

  it('explains itself without loading the service', async () => {
    const { code, stdout } = await run('cli.js', ['--help'], { PORT: 'wrong, and not even looked at' });
    expect(code).toBe(0);
    expect(stdout).toContain('token');
  });
});

describe('a start that fails', () => {
  it.each(['main.js', 'worker.js'])('of %s leaves no database server behind', async (program) => {
    const DATA_DIR = temporaryFolder('failed-start');
    const wrongLogo = await run(program, [], { DATA_DIR, CERT_LOGO_FILE: '/nope.png' });
    expect([wrongLogo.code, wrongLogo.stderr]).toEqual([
      2,
      'CERT_LOGO_FILE: got "/nope.png", takes the path of a PNG or JPEG file: there is no such file\n',
    ]);
    // Of a documentation network, which no machine has.
    const elsewhere = { HOST: '192.0.2.1', WORKER_METRICS_PORT: '0' };
    const wrongHost = await run(program, [], { DATA_DIR, ...elsewhere });
    expect([wrongHost.code, wrongHost.stderr]).toEqual([2, expect.stringContaining('HOST: got "192.0.2.1"')]);
    expect(existsSync(join(DATA_DIR, 'database/pgdata/PG_VERSION'))).toBe(true);
    expect(existsSync(join(DATA_DIR, 'database/pgdata/postmaster.pid'))).toBe(false);
  });
});

describe('the service', () => {
  it('takes the tokens its command prints, and ends cleanly on SIGTERM', async () => {
    const folder = temporaryFolder('service');
    const service = await CompiledService.at(folder, { AUTH_JWT_SECRET: '', LOG_LEVEL: 'info' });
    await service.start();
    try {
      const { stdout } = await run('cli.js', ['token', '--sub', '1', '--role', 'staff'], {
        DATA_DIR: service.dataDir,
      });
      const response = await fetch(`${service.url}/api/tournaments/1/certificates/`, {
        headers: { authorization: `Bearer ${stdout.trim()}` },
      });
      expect(response.status).toBe(404);
      expect(statSync(join(service.dataDir, 'development-jwt-secret')).mode & 0o777).toBe(0o600);
      const docs = (await (await fetch(`${service.url}/api/openapi.json`)).json()) as { paths: object };
      expect(Object.keys(docs.paths)).toEqual(
        expect.arrayContaining([
          '/api/tournaments/{id}/certificates/generate-all/',
          '/api/tournaments/certificates/verify/{code}/',
        ]),
      );
    } finally {
      await service.stop();
    }
    const log = readFileSync(join(folder, 'service.log'), 'utf8');
    expect(log).toContain('development secret kept in');
    expect(log).toContain('"storage_mode":"false","msg":"ready"');
    expect(log.trim().split('\n').at(-1)).toContain('"msg":"stopped"');
    expect(log).not.toMatch(/eyJ|Warning/);
  });

  it('stopped in the middle of a batch fails no result of it, and goes on at the next start', async () => {
    const service = await CompiledService.at(temporaryFolder('service'));
    await service.start();
    const body = { name: 'Open', organizer_id: '1', status: 'completed' };
    await service.call('PUT', '/api/tournaments/1/', body);
    const results = Array.from({ length: 12 }, (_, index) => ({
      participant: { id: `p${index}`, display_name: 'Judit Polgár' },
      certificate_type: 'participant',
    }));
    const path = '/api/tournaments/1/certificates/generate-all/';
    const accepted = await service.call('POST', path, { results });
    const { batch_id: id } = (await accepted.json()) as { batch_id: string };
    const batchWhere = (good: (batch: { generated: number; status: string }) => boolean) =>
      until(async () => {
        const answer = await service.call('GET', `/api/tournaments/1/certificates/batches/${id}/`);
        const batch = (await answer.json()) as { generated: number; status: string };
        return good(batch) && batch;
      });
    try {
      await batchWhere(({ generated }) => generated > 0);
      await service.stop();
      await service.start();
      const done = await batchWhere(({ status }) => status === 'finished');
      expect(done).toMatchObject({ generated: 12, failed: 0, errors: [] });
    } finally {
      await service.stop();
    }
  }, 180_000);

  it('without the API shows its metrics where it is told to, until its end', async () => {
    const folder = temporaryFolder('worker');
    const port = String(await freePort());
    const worker = ServerProcess.start('worker', folder, [process.execPath, join(DIST, 'worker.js')], {
      DATA_DIR: join(folder, 'data'),
      WORKER_METRICS_PORT: port,
    });
    const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
    await worker.untilReady(async () => expect((await get('/health/live')).status).toBe(200));
    const metrics = await get('/metrics');
    expect([metrics.status, metrics.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining('version=0.0.4'),
    ]);
    const text = await metrics.text();
    expect(text).toContain('process_resident_memory_bytes');
    expect(text).toContain('# TYPE cert_integrity_mismatch_total counter');
    expect(text).toMatch(/^cert_copies_owed 0$/m);
    expect((await get('/api/docs')).status).toBe(404);
    await worker.stop('SIGTERM');
    await expect(get('/health/live')).rejects.toThrow();
    expect(readFileSync(join(folder, 'worker.log'), 'utf8')).toContain('"msg":"stopped"');
  });

  it('without the API takes jobs until Ctrl-C', async () => {
    const folder = temporaryFolder('worker');
    const child = spawn(process.execPath, [join(DIST, 'worker.js')], {
      cwd: folder,
      env: { PATH: process.env['PATH'], DATA_DIR: join(folder, 'data') },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let out = '';
    const ended = new Promise<number | null>((resolve) => child.once('exit', (ended) => resolve(ended)));
    let asked = false;
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      // Once: a second signal means "at once".
      if (!asked && out.includes('taking jobs')) asked = child.kill('SIGINT');
    });
    expect(await ended).toBe(0);
    expect(out).toContain('"storage_mode":"false","msg":"taking jobs"');
    expect(out).toContain('"msg":"stopped"');
  });
});

it('a signal while a process starts: it starts, then closes what it opened', async () => {
  const child = spawn(process.execPath, [join(__dirname, 'slow-start.mjs')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (line === 'starting') child.kill('SIGTERM');
    if (line === 'stopping') child.stdin.end('started');
  }
  expect([await ended, lines]).toEqual([0, ['starting', 'stopping', 'closed', 'stopped']]);
});

it.each([
  ['main.js', 0],
  ['worker.js', 0],
  ['cli.js erase', 130],
])('%s, told to stop while its database starts, leaves no server behind', async (program, code) => {
  const folder = temporaryFolder('stopped-start');
  const lockFile = join(folder, 'data/database/pgdata/postmaster.pid');
  const child = spawn(
    process.execPath,
    program.split(' ').map((part) => (/js$/.test(part) ? join(DIST, part) : part)),
    {
      cwd: folder,
      env: { PATH: process.env['PATH'], DATA_DIR: join(folder, 'data'), PORT: '0' },
      stdio: 'ignore',
    },
  );
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  await until(() => existsSync(lockFile), 5);
  child.kill('SIGTERM');
  expect([await ended, existsSync(lockFile)]).toEqual([code, false]);
});

describe.each(['/bin/sh', '/bin/bash'])('npm run worker, by %s', (shell) => {
  /** @param who gets the signal: npm alone, or its whole group as from a terminal and from systemd */
  it.each(['npm', 'all'])('ends cleanly on one SIGTERM to %s', async (who) => {
    const folder = temporaryFolder('npm');
    const child = spawn('npm', ['run', 'worker', `--script-shell=${shell}`], {
      cwd: join(DIST, '..'),
      env: { PATH: process.env['PATH'], HOME: folder, DATA_DIR: join(folder, 'data') },
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    if (child.pid) noteProcess(child.pid);
    let asked = false;
    const lines: string[] = [];
    // To the end of the output: that is when the worker has ended too, and not npm alone.
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line);
      if (asked || !line.includes('taking jobs')) continue;
      asked = process.kill(who === 'npm' ? child.pid! : -child.pid!, 'SIGTERM');
    }
    expect(lines.at(-1)).toContain('"msg":"stopped"');
  });
});
