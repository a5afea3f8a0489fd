import { type DestinationStream, type Logger, pino } from 'pino';
import pretty from 'pino-pretty';
import type { Config } from '../config/config.js';
import { serializeError } from './serialize-error.js';

export type { Logger } from 'pino';

/** Fields that never reach the log, whoever puts them into a log line. */
const NEVER = [
  'authorization',
  'headers',
  'token',
  'secret',
  'password',
  'display_name',
  'displayName',
  'participant',
  'body',
  'url',
];

/**
 * The process's one logger: a JSON object per line, or readable text on a developer's terminal.
 * @param destination where lines go; standard output unless given (operator commands log to standard error)
 */
export function createLogger(
  config: Pick<Config, 'logLevel' | 'production'>,
  destination?: DestinationStream,
): Logger {
  const onTerminal = !config.production && !destination && process.stdout.isTTY;
  return pino(
    {
      level: config.logLevel,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      serializers: { err: serializeError, error: serializeError },
      redact: { paths: NEVER.flatMap((field) => [field, `*.${field}`]), censor: '[redacted]' },
    },
    destination ?? (onTerminal ? pretty({ sync: true }) : pino.destination({ fd: 1, sync: true })),
  );
}
