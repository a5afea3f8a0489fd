import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import { PrismaClient } from '../generated/prisma/client.js';

/**
 * The typed way to the tables, over the same pool as hand-written SQL. Errors come in their minimal format, because the
 * others quote the query's arguments, and names of people with them.
 */
export class PrismaService extends PrismaClient {
  constructor(pool: pg.Pool) {
    super({
      adapter: new PrismaPg(pool),
      errorFormat: 'minimal',
      transactionOptions: { maxWait: 5_000, timeout: 20_000 },
    });
  }
}
