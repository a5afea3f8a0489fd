// One test run: a folder in which the servers of the run are noted, and a keeper that stops them when the run is over,
// also when it was interrupted or killed. Plain JavaScript, because Jest loads its global setup without the project's
// module mapping.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Names the folder to every process of the run. */
export const RUN_VARIABLE = 'CERTSTORE_TEST_RUN';

/**
 * Opens a run and names its folder in the environment.
 * @returns {Promise<() => Promise<void>>} ends the run: stops every server noted in it and removes the folder
 */
export async function startRun() {
  const runs = join(tmpdir(), `certstore-test-${process.getuid?.() ?? 0}`);
  mkdirSync(runs, { recursive: true, mode: 0o700 });
  const folder = mkdtempSync(join(runs, 'run-'));
  const keeper = spawn(process.execPath, [fileURLToPath(new URL('keeper.mjs', import.meta.url)), runs, folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true, // Ctrl-C must not reach it before its work is done
  });
  const over = new Promise((resolve) => keeper.once('exit', resolve));
  await Promise.race([new Promise((resolve) => keeper.stdout.once('data', resolve)), over]);
  for (const handle of [keeper, keeper.stdin, keeper.stdout]) handle.unref();
  process.env[RUN_VARIABLE] = folder;
  return async () => {
    keeper.ref();
    keeper.stdin.end();
    await over;
  };
}
