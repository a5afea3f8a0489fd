import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../../src/database/embedded/embedded-postgres.js';
import { temporaryFolder } from '../../services/index.js';
import { EmbeddedUser, postmasterPid, serverProcesses, writtenRows } from './embedded-user.js';
import { until } from '../../kit/until.js';

const open = (dir: string) => startEmbeddedPostgres({ dir, database: 'test' });

async function select(url: string): Promise<unknown> {
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query<{ one: number }>('SELECT 1 AS one');
  await client.end();
  return rows[0]?.one;
}

it('is shared by the processes on a folder, and stopped by the last', async () => {
  const dir = temporaryFolder();
  const service = await open(dir);
  const cli = new EmbeddedUser(dir, 'hold');
  expect(await cli.says('url')).toBe(service.url);
  await service.stop();
  expect(await select(service.url)).toBe(1); // the other one still uses it
  await cli.stop();
  expect(serverProcesses(dir)).toEqual([]);
});

it('is reached where the shell asks for TLS to another server', async () => {
  process.env['PGSSLMODE'] = 'require';
  try {
    const server = await open(temporaryFolder());
    expect(await select(server.url)).toBe(1);
    await server.stop();
  } finally {
    delete process.env['PGSSLMODE'];
  }
});

it('loses nothing when processes start it, use it and stop it at once', async () => {
  const dir = temporaryFolder();
  const rounds = 3;
  const users: EmbeddedUser[] = [];
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < 2; i++) users.push(new EmbeddedUser(dir, 'once'));
    await sleep(300);
  }
  for (const user of users) expect(await user.says('stopped')).toBe(true);
  expect(serverProcesses(dir)).toEqual([]);
  expect(readdirSync(dir).sort()).toEqual(['pgdata', 'postgres.log']);
  const server = await open(dir);
  expect(await writtenRows(server.url)).toHaveLength(users.length);
  await server.stop();
});

it('is left without complaint when another has just stopped it', async () => {
  const dir = temporaryFolder();
  const server = await open(dir);
  process.kill(postmasterPid(dir), 'SIGQUIT');
  while (serverProcesses(dir).length > 0); // this process must not hear of it before it writes to the server
  await server.stop();
});

it('comes back by itself when the server is killed, with every committed row', async () => {
  const dir = temporaryFolder();
  const writer = new EmbeddedUser(dir, 'write');
  const url = await writer.says('url');
  for (let round = 0; round < 2; round++) {
    const before = writer.messages.length;
    await until(() => writer.messages.length >= before + 20);
    process.kill(postmasterPid(dir), 'SIGKILL');
    const killed = writer.messages.length;
    await until(() => writer.messages.length >= killed + 20);
  }
  await writer.kill();
  const acknowledged = writer.messages.flatMap(({ n }) => n ?? []);
  const server = await open(dir);
  expect(server.url).toBe(url);
  expect(await writtenRows(server.url)).toEqual(expect.arrayContaining(acknowledged));
  await server.stop();
  expect(serverProcesses(dir)).toEqual([]);
});

it('is taken over by the next process when its owner is killed', async () => {
  const dir = temporaryFolder();
  const owner = new EmbeddedUser(dir, 'write');
  await owner.says('n');
  await owner.kill();
  const pid = postmasterPid(dir);
  const server = await open(dir);
  expect(postmasterPid(dir)).toBe(pid); // attached, not started anew
  expect(await writtenRows(server.url)).toEqual(
    expect.arrayContaining(owner.messages.flatMap(({ n }) => n ?? [])),
  );
  await server.stop();
  expect(serverProcesses(dir)).toEqual([]);
});

it('runs as an ordinary user, even one without a name', async () => {
  const dir = temporaryFolder();
  const user = new EmbeddedUser(dir, 'once', 'stranger');
  expect(await user.says('stopped')).toBe(true);
});

it('says so where the folder can not be written', async () => {
  const dir = temporaryFolder();
  chmodSync(dir, 0o555);
  const user = new EmbeddedUser(join(dir, 'data'), 'hold', 'stranger');
  await expect(user.says('url')).rejects.toThrow(/needs a folder it can write to: EACCES.*Set DATA_DIR/);
  chmodSync(dir, 0o755);
  const file = join(dir, 'file');
  writeFileSync(file, '');
  await expect(open(join(file, 'data'))).rejects.toThrow(/needs a folder it can write to: ENOTDIR/);
});

it('says so where the folder holds the cluster of another PostgreSQL', async () => {
  const dir = temporaryFolder();
  mkdirSync(join(dir, 'pgdata'));
  writeFileSync(join(dir, 'pgdata/PG_VERSION'), '15\n');
  await expect(open(dir)).rejects.toThrow(/was written by PostgreSQL 15; the embedded one is 18.*pg_dump/);
});

it('says so, with the end of the log, where the server does not start', async () => {
  const dir = temporaryFolder();
  await expect(
    startEmbeddedPostgres({ dir, database: 'test', settings: { shared_buffers: 'nonsense' } }),
  ).rejects.toThrow(/did not start[^]*shared_buffers/);
});

it('works in a folder whose path is too long for a socket', async () => {
  const dir = join(temporaryFolder(), 'a'.repeat(60), 'b'.repeat(60));
  const server = await open(dir);
  expect(await select(server.url)).toBe(1);
  const other = new EmbeddedUser(dir, 'hold');
  expect(await other.says('url')).toBe(server.url);
  await other.stop();
  await server.stop();
});

it('is not kept from starting by a stranger that was given the old process id', async () => {
  const dir = temporaryFolder();
  await (await open(dir)).stop();
  writeFileSync(
    join(dir, 'pgdata/postmaster.pid'),
    `${process.pid}\n${dir}/pgdata\n1\n5432\n${dir}/pgdata\n`,
  );
  const server = await open(dir);
  expect(await select(server.url)).toBe(1);
  await server.stop();
});

it('clears what a killed first start left behind', async () => {
  const dir = temporaryFolder();
  mkdirSync(join(dir, 'pgdata.init-999999999'));
  await (await open(dir)).stop();
  expect(existsSync(join(dir, 'pgdata.init-999999999'))).toBe(false);
});
