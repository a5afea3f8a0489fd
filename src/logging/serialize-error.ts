import { scrub } from './scrub.js';

export interface SerializedError {
  type: string;
  message: string;
  code?: string;
  stack?: string;
  /** What a typed error knows about itself, such as a storage error's operation and backend. */
  context?: Record<string, unknown>;
  cause?: SerializedError;
}

const DEEPEST_CAUSE = 5;

/**
 * An error as the log keeps it: type, code, message, stack and causes, and of further properties only `context`. Drivers
 * hang query parameters and rows on their errors (`detail`, `meta`, `parameters`), and those hold names.
 */
export function serializeError(error: unknown, depth = 0): SerializedError {
  if (!(error instanceof Error)) return { type: typeof error, message: scrub(String(error)) };
  const { code, context, cause } = error as { code?: unknown; context?: unknown; cause?: unknown };
  const type = error.constructor.name === 'Error' ? error.name : error.constructor.name;
  const quotesData = type.startsWith('PrismaClient');
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    type,
    message: quotesData ? '[left out: it quotes the query]' : scrub(error.message),
    ...(typeof code === 'string' || typeof code === 'number' ? { code: String(code) } : {}),
    ...(frames.length > 0 ? { stack: scrub(frames.join('\n')) } : {}),
    ...(isPlain(context) ? { context: scrubValues(context) } : {}),
    ...(cause !== undefined && depth < DEEPEST_CAUSE ? { cause: serializeError(cause, depth + 1) } : {}),
  };
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function scrubValues(context: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(context).map(([key, value]) => [key, typeof value === 'string' ? scrub(value) : value]),
  );
}
