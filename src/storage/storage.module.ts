import { type DynamicModule, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../config/config.js';
import { createBackends, type StorageBackends } from './storage-backends.js';
import { Storage } from './storage.js';
import type { StorageObserver } from './storage-observer.js';

/** Injects {@link StorageBackends}, for what moves files between them. Everything else uses {@link Storage}. */
export const STORAGE_BACKENDS = Symbol('StorageBackends');

@Module({})
export class StorageModule implements OnApplicationShutdown {
  constructor(private readonly storage: Storage) {}

  /** @param observer what turns the storage's events into metrics and log lines */
  static with(observer: StorageObserver): DynamicModule {
    return {
      module: StorageModule,
      global: true,
      providers: [
        {
          provide: STORAGE_BACKENDS,
          inject: [Config],
          useFactory: (config: Config) => createBackends(config.storage, observer),
        },
        {
          provide: Storage,
          inject: [Config, STORAGE_BACKENDS],
          useFactory: (config: Config, backends: StorageBackends) =>
            new Storage(config.storage.mode, backends, observer),
        },
      ],
      exports: [Storage, STORAGE_BACKENDS],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.storage.close();
  }
}
