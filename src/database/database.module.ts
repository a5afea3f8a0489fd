import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { Config } from '../config/config.js';
import { Database, openDatabase } from './database.js';
import { PrismaService } from './prisma.service.js';

/** Opens the database when the application starts and lets go of it when everything else has shut down. */
@Global()
@Module({
  providers: [
    { provide: Database, useFactory: openDatabase, inject: [Config] },
    {
      provide: PrismaService,
      useFactory: ({ pool }: Database) => new PrismaService(pool),
      inject: [Database],
    },
    { provide: pg.Pool, useFactory: ({ pool }: Database) => pool, inject: [Database] },
  ],
  exports: [Database, PrismaService, pg.Pool],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(
    private readonly database: Database,
    private readonly prisma: PrismaService,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.prisma.$disconnect();
    await this.database.close();
  }
}
