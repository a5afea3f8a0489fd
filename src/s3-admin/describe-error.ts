import { ConfigError } from '../config/config.error.js';
import { adviceFor } from './error-advice.js';
import { errorCode, isServiceError } from './error-code.js';
import { ToolError } from './tool-error.js';

export interface ErrorDescription {
  /** S3's, SQLite's or the operating system's own name of it, or a {@link ToolError}'s code. */
  code: string;
  message: string;
  /** What to do about it; empty where nobody knows. */
  next: string;
}

/** In the SDK's message about an answer that it could not read. */
const NO_S3_ANSWER = 'Deserialization error';

/** Puts any error into words for an operator. */
export function describeError(error: unknown): ErrorDescription {
  if (error instanceof ToolError) return { code: error.code, message: error.message, next: error.next };
  if (error instanceof ConfigError) {
    return { code: 'bad_setting', message: error.message, next: 'see --help for the flags and variables' };
  }
  const text = error instanceof Error ? firstMessage(error) : String(error);
  const status = isServiceError(error) ? error.$metadata?.httpStatusCode : undefined;
  const unreadable = text.includes(NO_S3_ANSWER);
  // The page of a proxy, or nothing: only the status tells.
  if (status !== undefined && status >= 500 && (unreadable || /^Unknown(Error)?$/.test(text))) {
    return { code: `HTTP${status}`, message: `HTTP ${status}`, next: adviceFor(`HTTP${status}`) };
  }
  if (unreadable) {
    return {
      code: 'bad_answer',
      message: `what answers is not an S3 server (${text.split('\n')[0]})`,
      next: 'check AWS_S3_ENDPOINT_URL (or AWS_ENDPOINT_URL), and whether a proxy or login page answers instead; then run it again',
    };
  }
  const code = errorCode(error);
  // A request that Ctrl-C ended.
  if (code === 'AbortError') return { code: 'interrupted', message: 'interrupted', next: 'run it again' };
  const said = text && text !== code && !/^Unknown(Error)?$/.test(text);
  const message = said ? (text.startsWith(code) ? text : `${code}: ${text}`) : code;
  return { code, message: status && !said ? `${message} (HTTP ${status})` : message, next: adviceFor(code) };
}

/** The same in one line, for where an error is kept and shown later. */
export function describeInOneLine(error: unknown): string {
  const { message, next } = describeError(error);
  return next ? `${message}; ${next}` : message;
}

/** Node wraps several failed connections into an AggregateError whose own message is empty; the SDK names its parts. */
function firstMessage(error: Error): string {
  const inner = error instanceof AggregateError ? (error.errors[0] as unknown) : undefined;
  const message = error.message || (inner instanceof Error ? inner.message : '');
  return message.trim().replace(/^@smithy\S+ - \[\w+\] /, '');
}
