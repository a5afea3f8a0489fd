import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { temporaryFolder } from '../../services/index.js';
import { startTime } from '../../services/start-time.mjs';
import { until } from '../../kit/until.js';

interface Run {
  folder: string;
  server: number;
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** A test run of its own, in a process that can be killed, with one frozen server. */
async function startRun(temporary: string): Promise<Run> {
  const child = spawn(process.execPath, [join(__dirname, 'run-process.mjs')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TMPDIR: temporary },
  });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return {
    ...(JSON.parse(line) as { folder: string; server: number }),
    async kill(signal) {
      child.kill(signal);
      await once(child, 'exit');
    },
  };
}

it.each(['SIGINT', 'SIGKILL'] as const)('stops the servers of a run that %s ended', async (signal) => {
  const run = await startRun(temporaryFolder());
  await run.kill(signal);
  await until(() => startTime(run.server) === undefined && !existsSync(run.folder));
});

it('leaves alone a process that was given the id of a server that is gone', async () => {
  const run = await startRun(temporaryFolder());
  const stranger = spawn('sleep', ['60'], { stdio: 'ignore' });
  const note = { pid: stranger.pid, startTime: 'long ago', stopBy: 'SIGTERM' };
  writeFileSync(join(run.folder, `processes/${stranger.pid}.json`), JSON.stringify(note));
  await run.kill('SIGKILL');
  await until(() => !existsSync(run.folder));
  expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
  stranger.kill();
});

it('clears what an earlier run left whose keeper was killed too', async () => {
  const temporary = temporaryFolder();
  const earlier = join(temporary, `certstore-test-${process.getuid?.() ?? 0}`, 'run-earlier');
  const server = spawn('sleep', ['60'], { stdio: 'ignore' });
  mkdirSync(join(earlier, 'processes'), { recursive: true });
  writeFileSync(join(earlier, 'keeper.json'), JSON.stringify({ pid: 999_999_999, startTime: '1' }));
  writeFileSync(
    join(earlier, 'processes/server.json'),
    JSON.stringify({ pid: server.pid, startTime: startTime(server.pid as number), stopBy: 'SIGTERM' }),
  );
  const run = await startRun(temporary);
  await until(() => !existsSync(earlier));
  expect(startTime(server.pid as number)).toBeUndefined();
  await run.kill('SIGKILL');
});
