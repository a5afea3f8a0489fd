import { freePort, type ServerProcess } from '../server-process.js';
import { Ceph } from './ceph.js';
import { cephConf, type CephOptions, KMS_KEYS } from './ceph-conf.js';
import { makeTls } from './tls.js';

export interface RadosgwFacts {
  folder: string;
  endpoint: string;
  tlsEndpoint: string;
  /** The authority that vouches for `tlsEndpoint`. */
  caFile: string;
  accessKey: string;
  secretKey: string;
  /** Ids for `aws:kms`. */
  kmsKeys: string[];
}

export interface Radosgw extends RadosgwFacts {
  /** Runs `radosgw-admin` with these arguments. @returns what it printed, often JSON */
  admin(args: string[]): Promise<string>;
}

export interface PrivateRadosgw extends Radosgw {
  freeze(): void;
  thaw(): void;
  /** Stops the gateway; the objects stay. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** On the same ports. */
  start(): Promise<void>;
  /** Stops the gateway and what is behind it. */
  close(): Promise<void>;
}

/** Storage classes beside STANDARD; all of them keep objects readable, there is no real archive behind. */
const STORAGE_CLASSES = ['STANDARD_IA', 'GLACIER', 'DEEP_ARCHIVE'];
/** Made on first use otherwise, which makes the first PUT take seconds. */
const POOLS = ['buckets.index', 'buckets.data', 'buckets.non-ec'];
export const RADOSGW_USER = 'test';

/** Starts Ceph's S3 gateway on a cluster of its own, in memory. Takes 3 to 6 seconds. */
export async function launchRadosgw(folder: string, options: CephOptions = {}): Promise<PrivateRadosgw> {
  const ceph = await Ceph.in(folder);
  const { caFile, pem } = await makeTls(folder);
  const [monitorPort, httpPort, tlsPort] = [await freePort(), await freePort(), await freePort()];
  const conf = cephConf({ folder, monitorPort, httpPort, tlsPort, tlsPem: pem }, options);
  const cluster = await ceph.startCluster(conf, monitorPort);
  const facts: RadosgwFacts = {
    folder,
    endpoint: `http://127.0.0.1:${httpPort}`,
    tlsEndpoint: `https://localhost:${tlsPort}`,
    caFile,
    accessKey: 'testaccesskey',
    secretKey: 'testsecretkey',
    kmsKeys: KMS_KEYS,
  };
  await prepare(ceph, facts);
  let gateway: ServerProcess;
  const start = async (): Promise<void> => {
    gateway = ceph.daemon('radosgw', '-n', 'client.rgw');
    await gateway.untilReady(async () => (await fetch(facts.endpoint)).text());
  };
  await start();
  return {
    ...withAdmin(facts, ceph),
    start,
    freeze: () => gateway.freeze(),
    thaw: () => gateway.thaw(),
    stop: (signal) => gateway.stop(signal),
    async close() {
      for (const server of [gateway, ...cluster]) await server.stop('SIGKILL');
    },
  };
}

/** The shared gateway as another process sees it. */
export async function attachRadosgw(facts: RadosgwFacts): Promise<Radosgw> {
  return withAdmin(facts, await Ceph.in(facts.folder));
}

function withAdmin(facts: RadosgwFacts, ceph: Ceph): Radosgw {
  return { ...facts, admin: (args) => ceph.admin(...args) };
}

/** A user, the storage classes and the pools. */
async function prepare(ceph: Ceph, facts: RadosgwFacts): Promise<void> {
  const keys = ['--access-key', facts.accessKey, '--secret-key', facts.secretKey];
  await ceph.admin('user', 'create', '--uid', RADOSGW_USER, '--display-name', RADOSGW_USER, ...keys);
  const placement = ['--placement-id', 'default-placement'];
  for (const storageClass of STORAGE_CLASSES) {
    const wanted = [...placement, '--storage-class', storageClass];
    await ceph.admin('zonegroup', 'placement', 'add', '--rgw-zonegroup', 'default', ...wanted);
    await ceph.admin(
      ...['zone', 'placement', 'add', '--rgw-zone', 'default', ...wanted],
      ...['--data-pool', 'default.rgw.buckets.data'],
    );
  }
  const existing = (await ceph.run('ceph', 'osd', 'pool', 'ls')).split('\n');
  for (const pool of POOLS.map((name) => `default.rgw.${name}`).filter((name) => !existing.includes(name))) {
    await ceph.run('ceph', 'osd', 'pool', 'create', pool, '8', '8');
  }
}
