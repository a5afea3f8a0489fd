// A gateway of the benchmark's own: the tests' launcher, compiled to a cache folder.
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

const COMPILED = 'node_modules/.cache/bench-services';

export async function startGateway() {
  const compile = ['test/services', '-d', COMPILED, '--strip-leading-paths', '--extensions', '.ts', '--copy-files'];
  execFileSync('npx', ['swc', ...compile, '--quiet']);
  const { startRun } = await import(resolve(COMPILED, 'services/run.mjs'));
  const endRun = await startRun();
  const { temporaryFolder } = await import(resolve(COMPILED, 'services/run-folder.js'));
  const { launchRadosgw } = await import(resolve(COMPILED, 'services/radosgw/radosgw.js'));
  return { ...(await launchRadosgw(temporaryFolder('bench-rgw'), { encrypts: false })), close: endRun };
}
