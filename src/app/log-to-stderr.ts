import { Logger } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { createLogger } from '../logging/logger.js';
import { NestLogger } from '../logging/nest-logger.js';

/** For commands whose standard output is their result: what the parts of the service log goes to standard error. */
export function logToStderr(config: Config): void {
  Logger.overrideLogger(new NestLogger(createLogger(config, process.stderr)));
}
