import { buildIfStale } from './build.mjs';
import { startRun } from './run.mjs';

/** Jest's global setup: a compiled program for end-to-end tests, and a run for the servers. */
export default async function setup() {
  buildIfStale();
  globalThis.endCertstoreRun = await startRun();
}
