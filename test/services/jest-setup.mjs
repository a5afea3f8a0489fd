import { buildIfStale } from './build.mjs';
import { startRun } from './run.mjs';

/** Jest's global setup: a compiled program for end-to-end tests, and a run for the servers. */
export default async function setup() {
  // As src/process/quiet-sdk.ts does for the programs: the notice would stand between all results.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  buildIfStale();
  globalThis.endCertstoreRun = await startRun();
}
