import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { SweepService } from '../../src/certificates/issuing/sweep.service.js';
import { loadConfig } from '../../src/config/config.js';
import { openDatabase } from '../../src/database/database.js';
import { PrismaService } from '../../src/database/prisma.service.js';
import { createBackends } from '../../src/storage/storage-backends.js';
import { SILENT_OBSERVER } from '../../src/storage/storage-observer.js';
import { Storage } from '../../src/storage/storage.js';
import { CompiledService } from '../kit/compiled-service.js';
import { type Acknowledged, issueUntilKilled } from '../kit/kill-under-load.js';
import { createTestBucket, type TestBucket } from '../kit/s3-bucket.js';
import { until } from '../kit/until.js';
import type { Fault } from '../services/fault-proxy.js';
import { temporaryFolder } from '../services/index.js';
import { scale } from './scale.js';

const ROUNDS = scale(2, 20);
const FAULTS: Fault[] = [
  { kind: 'refuse' },
  { kind: 'hang' },
  { kind: 'delay', ms: 150 },
  { kind: 'cut', afterBytes: 300 },
  { kind: 'cut-request', afterBytes: 20_000 },
  { kind: 'none' },
];

describe.each(['dual', 'true'])(
  `USE_S3_FOR_CERTS=%s, killed ${ROUNDS} times while S3 fails at random`,
  (mode) => {
    it('keeps every acknowledged certificate, orphans nothing, and pays every owed copy', async () => {
      const bucket = await createTestBucket();
      const service = await CompiledService.at(temporaryFolder('storage-kill'), {
        ...bucket.env,
        USE_S3_FOR_CERTS: mode,
      });
      const acknowledged: Acknowledged[] = [];
      await service.start();
      await service.call('PUT', '/api/tournaments/1/', {
        name: 'Candidates',
        organizer_id: 'o',
        status: 'completed',
      });
      for (let round = 1; round <= ROUNDS; round++) {
        const stopFaults = failAtRandom(bucket);
        acknowledged.push(...(await issueUntilKilled(service, round, { clients: 6, maxMs: 3000 })));
        await stopFaults();
        await service.start();
      }

      expect(acknowledged.length).toBeGreaterThanOrEqual(ROUNDS);
      for (const { id, sha256 } of acknowledged) {
        const path = `/api/tournaments/certificates/${id}/download/?delivery=proxy`;
        const answer = await service.call('GET', path, undefined, 'owner');
        const bytes = Buffer.from(await answer.arrayBuffer());
        expect([id, answer.status, createHash('sha256').update(bytes).digest('hex')]).toEqual([
          id,
          200,
          sha256,
        ]);
      }
      const owedAtFirst = await owed(service);
      await until(async () => (await owed(service)) === 0, 500);
      await service.stop();

      const config = loadConfig({ DATA_DIR: service.dataDir, USE_S3_FOR_CERTS: mode, ...bucket.env });
      const database = await openDatabase(config);
      const prisma = new PrismaService(database.pool);
      const storage = new Storage(
        config.storage.mode,
        createBackends(config.storage, SILENT_OBSERVER),
        SILENT_OBSERVER,
      );
      try {
        const swept = await new SweepService(prisma, storage).sweep(-60_000);
        expect(swept.failed).toBe(0);
        const rows = await prisma.certificateFile.findMany({
          where: { migratedToS3At: { not: null } },
        });
        expect(await keysIn(bucket)).toEqual(rows.map((row) => row.key).sort());
        expect(rows.length).toBeGreaterThanOrEqual(acknowledged.length * 2);
        console.log(
          `${mode}: ${ROUNDS} kills, ${acknowledged.length} acknowledged and all downloadable, ` +
            `${owedAtFirst} copies owed at the end and paid, ${swept.removed} files swept, no orphan`,
        );
      } finally {
        await storage.close();
        await database.close();
        await bucket.close();
      }
    });
  },
);

/** Another fault every few hundred milliseconds, until told to stop. */
function failAtRandom(bucket: TestBucket): () => Promise<void> {
  let on = true;
  const failing = (async () => {
    while (on) {
      bucket.proxy.set(FAULTS[Math.floor(Math.random() * FAULTS.length)] ?? { kind: 'none' });
      await sleep(100 + Math.random() * 600);
    }
  })();
  return async () => {
    on = false;
    await failing;
    bucket.proxy.set({ kind: 'none' });
    bucket.proxy.cutAll();
  };
}

async function owed(service: CompiledService): Promise<number> {
  const metrics = await (await fetch(`${service.url}/metrics`)).text();
  return Number(/^cert_copies_owed (\S+)$/m.exec(metrics)?.[1]);
}

async function keysIn(bucket: TestBucket): Promise<string[]> {
  const keys: string[] = [];
  let token: string | undefined;
  do {
    const page = await bucket.client.send(
      new ListObjectsV2Command({ Bucket: bucket.name, ContinuationToken: token }),
    );
    keys.push(...(page.Contents ?? []).map(({ Key }) => Key ?? ''));
    token = page.NextContinuationToken;
  } while (token);
  return keys.sort();
}
