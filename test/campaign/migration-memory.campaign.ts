import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { loadConfig } from '../../src/config/config.js';
import { type Database, openDatabase } from '../../src/database/database.js';
import { services, temporaryFolder } from '../services/index.js';
import { FILE } from './migration-memory/synthetic-file.mjs';
import { scale } from './scale.js';

const FEW = 10_000;
const MANY = scale(100_000, 1_000_000);
/** Inserted by one statement, which has a time limit. */
const SLICE = 30_000;
/** Of the resident set at few rows. */
const MOST = 1.3;

let database: Database;
let env: Record<string, string>;
const folder = temporaryFolder('memory');

beforeAll(async () => {
  env = {
    NODE_ENV: 'test',
    DATA_DIR: join(folder, 'data'),
    DATABASE_URL: await services.postgres(),
    AWS_STORAGE_BUCKET_NAME: 'never-asked',
    AWS_ACCESS_KEY_ID: 'none',
    AWS_SECRET_ACCESS_KEY: 'none',
  };
  database = await openDatabase(loadConfig(env));
});
afterAll(() => database.close());

it(`a dry run holds no more at ${MANY} rows than ${MOST} times what it holds at ${FEW}`, async () => {
  await addRows(FEW);
  const few = await residentSet(FEW);
  for (let rows = FEW; rows < MANY; rows += SLICE) await addRows(Math.min(SLICE, MANY - rows));
  const many = await residentSet(MANY);
  console.log(`resident set at most: ${few} MB at ${FEW} rows, ${many} MB at ${MANY}`);
  expect(many).toBeLessThanOrEqual(few * MOST);
});

/** Rows as issuing leaves them, one file each. */
async function addRows(count: number): Promise<void> {
  const sha256 = createHash('sha256').update(FILE).digest('hex');
  await database.pool.query(
    `INSERT INTO tournaments (id, name, organizer_id, status, updated_at) VALUES (1, 'Candidates', 'o', 'completed', now())
     ON CONFLICT DO NOTHING`,
  );
  await database.pool.query(
    `WITH issued AS (
       INSERT INTO certificates (id, tournament_id, participant_id, display_name, certificate_type, language,
         verification_code, certificate_hash, generated_at)
       SELECT gen_random_uuid(), 1, gen_random_uuid(), 'Someone', 'participant', 'en', gen_random_uuid(), $2, now()
       FROM generate_series(1, $1::int) RETURNING id
     )
     INSERT INTO certificate_files (key, certificate_id, format, content_type, size, sha256, stored_locally_at)
     SELECT 'pdf/2024/05/' || gen_random_uuid() || '.pdf', id, 'pdf', 'application/pdf', $3, $2, now() FROM issued`,
    [count, sha256, FILE.length],
  );
}

/** Of the command at its most, MB. */
async function residentSet(rows: number): Promise<number> {
  const result = join(folder, 'resident-set');
  const script = join(__dirname, 'migration-memory/dry-run.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [script, result], {
    cwd: folder,
    env: { ...process.env, ...env },
  });
  expect(JSON.parse(stdout)).toMatchObject({ total: rows, migrated: rows, failed: 0 });
  return Number(readFileSync(result, 'utf8'));
}
