import type { LoggerService } from '@nestjs/common';
import type { Level } from 'pino';
import type { Logger } from './logger.js';
import { scrub } from './scrub.js';
import { serializeError } from './serialize-error.js';

/** Where Nest tells of every module and route it sets up: of use to who debugs that, to nobody else. */
const START_UP_CHATTER = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
]);

/**
 * Nest's logger, written by pino. Classes log through `new Logger(Name.name)` of `@nestjs/common`: a sentence, or an
 * object of fields with a `msg`, such as `logger.warn({ msg: 'read fell back', key, err })`.
 */
export class NestLogger implements LoggerService {
  constructor(private readonly pino: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write(START_UP_CHATTER.has(String(rest.at(-1))) ? 'debug' : 'info', message, rest);
  }
  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }
  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }
  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }
  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }
  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  /** Nest hands the class's name as the last argument, and `error` may hand a stack before it. */
  private write(level: Level, message: unknown, rest: unknown[]): void {
    if (!this.pino.isLevelEnabled(level)) return;
    const context = typeof rest.at(-1) === 'string' ? (rest.at(-1) as string) : undefined;
    const further = context === undefined ? rest : rest.slice(0, -1);
    const stack = further.find((part) => typeof part === 'string');
    const fields: Record<string, unknown> = isFields(message) ? { ...message } : {};
    fields['err'] ??= [message, ...further].find((part) => part instanceof Error);
    if (context !== undefined) fields['context'] = context;
    if (stack && !fields['err']) fields['stack'] = scrub(stack);
    // Without a text of its own pino would take the error's message as it is, with whatever a driver quotes in it.
    const { err, msg, ...others } = fields;
    const text = typeof message === 'string' ? message : typeof msg === 'string' ? msg : '';
    const said = text || (err === undefined ? '' : serializeError(err).message);
    this.pino[level](err === undefined ? others : { ...others, err }, scrub(said));
  }
}

function isFields(message: unknown): message is Record<string, unknown> {
  return typeof message === 'object' && message !== null && !(message instanceof Error);
}
