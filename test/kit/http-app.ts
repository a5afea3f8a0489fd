import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module, type ModuleMetadata } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AuthModule } from '../../src/auth/auth.module.js';
import { loadConfig } from '../../src/config/config.js';
import { ConfigModule } from '../../src/config/config.module.js';
import { createHttpApp } from '../../src/http/create-app.js';
import type { ProblemTranslator } from '../../src/http/problem.filter.js';
import { createLogger } from '../../src/logging/logger.js';
import { serveApiDocs } from '../../src/operations/api-docs.js';
import { TEST_SECRET } from './tokens.js';

export interface HttpTestApp {
  app: NestFastifyApplication;
  /** Base address, without a slash at the end. */
  url: string;
  /** What was logged, a parsed line each. */
  lines: Record<string, unknown>[];
  /** What was logged, as written. */
  logged(): string;
  close(): Promise<void>;
}

/** The HTTP side with real tokens, real limits and a real socket, around the controllers of a test. */
export async function startHttpApp(
  parts: Pick<ModuleMetadata, 'controllers' | 'imports' | 'providers'>,
  env: NodeJS.ProcessEnv = {},
  translate?: ProblemTranslator,
): Promise<HttpTestApp> {
  const dataDir = mkdtempSync(join(tmpdir(), 'certstore-http-'));
  const config = loadConfig({
    NODE_ENV: 'test',
    DATA_DIR: dataDir,
    AUTH_JWT_SECRET: TEST_SECRET,
    LOG_LEVEL: 'debug',
    ...env,
  });
  let text = '';
  const logger = createLogger(config, { write: (line: string) => void (text += line) });

  @Module({
    ...parts,
    imports: [ConfigModule.with(config), AuthModule, ...(parts.imports ?? [])],
  })
  class TestModule {}

  const app = await createHttpApp(TestModule, config, logger, translate);
  serveApiDocs(app);
  await app.listen(0, '127.0.0.1');
  return {
    app,
    url: await app.getUrl(),
    get lines() {
      return text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    },
    logged: () => text,
    async close() {
      await app.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
