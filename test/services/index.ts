import { type MotoFacts, startMoto } from './moto.js';
import { createDatabase, startPostgres } from './postgres.js';
import type { CephOptions } from './radosgw/ceph-conf.js';
import {
  attachRadosgw,
  launchRadosgw,
  type PrivateRadosgw,
  type Radosgw,
  type RadosgwFacts,
} from './radosgw/radosgw.js';
import { startRedis } from './redis.js';
import { temporaryFolder } from './run-folder.js';
import { shared } from './shared.js';

/**
 * Real servers for tests, each started by the first test that asks and shared by the whole run. They are never frozen or
 * stopped: a test that wants that starts its own with `startRadosgw()`, `startRedis()`, `startMoto()`, or puts a
 * `FaultProxy` before the shared one.
 */
export const services = {
  /** @returns the URL of a new empty database */
  async postgres(): Promise<string> {
    return createDatabase(await shared('postgres', startPostgres));
  },
  /** Tests tell their keys apart by a prefix of their own. */
  redis(): Promise<{ url: string }> {
    return shared('redis', async (folder) => ({ url: (await startRedis(folder)).url }));
  },
  /** Tests make buckets of their own. */
  async radosgw(): Promise<Radosgw> {
    return attachRadosgw(await shared<RadosgwFacts>('radosgw', (folder) => launchRadosgw(folder)));
  },
  moto(): Promise<MotoFacts> {
    return shared<MotoFacts>('moto', (folder) => startMoto({ folder }));
  },
};

/** A gateway of one's own. */
export function startRadosgw(options?: CephOptions): Promise<PrivateRadosgw> {
  return launchRadosgw(temporaryFolder('rgw'), options);
}

export { type Fault, FaultProxy } from './fault-proxy.js';
export { type MotoFacts, type PrivateMoto, startMoto } from './moto.js';
export { chromiumPath } from './programs.js';
export { type PrivateRadosgw, RADOSGW_USER, type Radosgw } from './radosgw/radosgw.js';
export { startRedis } from './redis.js';
export { temporaryFolder } from './run-folder.js';
export { freePort, ServerProcess } from './server-process.js';
