import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { DownloadCounter } from '../../../src/certificates/download/download-counter.js';
import { loadConfig } from '../../../src/config/config.js';
import { type Database, openDatabase } from '../../../src/database/database.js';
import { services } from '../../services/index.js';

let database: Database;

beforeAll(async () => {
  database = await openDatabase(
    loadConfig({ NODE_ENV: 'test', DATABASE_URL: await services.postgres(), LOG_LEVEL: 'warn' }),
  );
});
afterAll(() => database.close());

test('a rush that goes on does not hold up who waits for what was counted before', async () => {
  const id = randomUUID();
  let rushes = true;
  const statements: string[] = [];
  const busy = {
    async query(statement: pg.QueryConfig) {
      const result = await database.pool.query(statement);
      statements.push(JSON.stringify(statement.values));
      // The next download comes before anyone hears of this statement's end.
      if (rushes) counter.count(id);
      return result;
    },
  };
  const counter = new DownloadCounter(busy as unknown as pg.Pool);
  counter.count(id);
  counter.count(id);
  await counter.settled();
  rushes = false;
  expect(statements).toEqual([JSON.stringify([[id], [2]])]);
  await counter.onModuleDestroy();
  expect(statements).toEqual([JSON.stringify([[id], [2]]), JSON.stringify([[id], [1]])]);
});
