import { OwedCopiesService } from '../../src/certificates/lifecycle/owed-copies.service.js';
import { openDatabase } from '../../src/database/database.js';
import { PrismaService } from '../../src/database/prisma.service.js';
import { copiesOwed, DATABASE_GAUGES, oldestCopyOwed, validationAge } from '../../src/metrics/metrics.js';
import { beginRun, endRun } from '../../src/migration/runs/runs.js';
import { DatabaseGauges } from '../../src/operations/database-gauges.js';
import { Storage } from '../../src/storage/storage.js';
import { createBackends } from '../../src/storage/storage-backends.js';
import { SILENT_OBSERVER } from '../../src/storage/storage-observer.js';
import { CertificateStore } from '../kit/certificate-store.js';

let store: CertificateStore;
let storage: Storage;
let gauges: DatabaseGauges;

beforeAll(async () => {
  store = await CertificateStore.create();
  const backends = createBackends(store.config.storage, SILENT_OBSERVER);
  storage = new Storage('dual', backends, SILENT_OBSERVER);
  const prisma = new PrismaService(store.pool);
  gauges = new DatabaseGauges(store.pool, new OwedCopiesService(prisma, store.pool, storage));
  await store.seed(3);
}, 120_000);
afterAll(async () => {
  await storage.close();
  await store.close();
});

async function read() {
  await gauges.refresh();
  const [owed, oldest, validated] = await Promise.all(
    [copiesOwed, oldestCopyOwed, validationAge].map(async (gauge) => (await gauge.get()).values[0]?.value),
  );
  return { owed, oldest: Math.round(Number(oldest)), validated: Math.round(Number(validated)) };
}
const ago = (column: string, time: string) =>
  store.pool.query(
    `UPDATE certificate_files SET ${column} = now() - interval '${time}' WHERE key = (SELECT min(key) FROM certificate_files)`,
  );
const HOUR = 3600;
const near = (seconds: number) => expect.closeTo(seconds, -2);

describe('what only the database knows', () => {
  it('nothing is owed, and nothing in S3 could have been checked yet', async () => {
    expect(await read()).toEqual({ owed: 0, oldest: 0, validated: Number.NaN });
  });

  it('how long the oldest copy has been owed', async () => {
    await store.pool.query('UPDATE certificate_files SET s3_owed_since = now()');
    await ago('s3_owed_since', '2 hours');
    expect(await read()).toMatchObject({ owed: 3, oldest: near(2 * HOUR) });
  });

  it('no more than 10,000 copies owed: beside millions of files a scrape could not wait for more', async () => {
    await store.pool.query(
      `WITH made AS (
         INSERT INTO certificates (id, tournament_id, participant_id, display_name, certificate_type, language,
           verification_code, certificate_hash, generated_at)
         SELECT gen_random_uuid(), tournament_id, 'p' || i, 'Someone', 'participant', 'en', gen_random_uuid(), '', now()
         FROM generate_series(1, 10001) i, (SELECT tournament_id FROM certificates LIMIT 1) one RETURNING id)
       INSERT INTO certificate_files (key, certificate_id, format, content_type, size, sha256, s3_owed_since)
       SELECT 'many/' || id, id, 'pdf', 'application/pdf', 1, '', now() FROM made`,
    );
    expect(await read()).toMatchObject({ owed: 10_000, oldest: near(2 * HOUR) });
    await store.pool.query(`DELETE FROM certificate_files WHERE key LIKE 'many/%'`);
  });

  it('how long no validation has finished: from the first file in S3 on', async () => {
    await store.pool.query('UPDATE certificate_files SET migrated_to_s3_at = now()');
    await ago('migrated_to_s3_at', '30 hours');
    expect(await read()).toMatchObject({ validated: near(30 * HOUR) });

    const run = { task: 'validate', dryRun: false, options: {}, total: 3 } as const;
    const failed = await beginRun(store.pool, run);
    await endRun(store.pool, failed, { state: 'failed' });
    expect(await read()).toMatchObject({ validated: near(30 * HOUR) });

    const finished = await beginRun(store.pool, run);
    await endRun(store.pool, finished, { state: 'finished' });
    expect(await read()).toMatchObject({ validated: near(0) });
  });

  it('nothing, where the database does not answer', async () => {
    await read();
    const gone = await openDatabase(store.config);
    await gone.close();
    await new DatabaseGauges(
      gone.pool,
      new OwedCopiesService(new PrismaService(gone.pool), gone.pool, storage),
    ).refresh();
    for (const gauge of DATABASE_GAUGES) expect((await gauge.get()).values[0]?.value).toBeNaN();
  });
});
