import { type DynamicModule, Module } from '@nestjs/common';
import { AuthModule } from './auth/auth.module.js';
import type { Config } from './config/config.js';
import { ConfigModule } from './config/config.module.js';

/** The API and its pages: what `main.ts` runs. */
@Module({})
export class ApiModule {
  static with(config: Config): DynamicModule {
    return { module: ApiModule, imports: [ConfigModule.with(config), AuthModule] };
  }
}

/** Queue jobs: what `worker.ts` runs, and `main.ts` beside the API where WORKER is on. */
@Module({})
export class WorkerModule {
  static with(config: Config): DynamicModule {
    return { module: WorkerModule, imports: [ConfigModule.with(config)] };
  }
}

/** Operator commands: what `cli.ts` runs. */
@Module({})
export class CliModule {
  static with(config: Config): DynamicModule {
    return { module: CliModule, imports: [ConfigModule.with(config)] };
  }
}
