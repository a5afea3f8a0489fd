import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';

/**
 * Runs a program to its end.
 * @param options of `spawn`: `cwd`, `env`
 * @returns wall clock and processor time of the program and its children, seconds
 * @throws with what it printed to stderr, where it does not exit 0
 */
export async function timeCommand(command, options) {
  const begun = performance.now();
  const child = spawn('/bin/sh', ['-c', '"$@"; code=$?; times >&2; exit $code', 'sh', ...command], {
    ...options,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let printed = '';
  child.stderr.on('data', (chunk) => (printed += chunk));
  const code = await new Promise((done) => child.once('close', done));
  const wall = (performance.now() - begun) / 1_000;
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}:\n${printed}`);
  // The last line of `times`: user and system time of the children, as 0m1.23s 0m0.45s.
  const last = printed.trim().split('\n').at(-1) ?? '';
  const cpu = [...last.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, m, s]) => sum + Number(m) * 60 + Number(s), 0);
  return { wall, cpu };
}
