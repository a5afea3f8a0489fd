/** What a failed test left open keeps Jest from its end where it runs in one process; its exit code is set by now. */
const END_WITHIN_MS = 3_000;

export default async function teardown({ watch, watchAll }) {
  await globalThis.endCertstoreRun();
  if (!watch && !watchAll) setTimeout(() => process.exit(), END_WITHIN_MS).unref();
}
