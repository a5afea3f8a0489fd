import type { Readable, Writable } from 'node:stream';
import type { ExitCode } from './exit-codes.js';
import type { Output } from './output.js';

/** What a command may touch besides S3 and its own files. */
export interface CommandIo {
  env: NodeJS.ProcessEnv;
  stdin: Readable;
  stdout: Writable;
  stderr: Writable;
  /** Aborts on Ctrl-C: finish what is in flight, keep what can be resumed, return. */
  signal: AbortSignal;
}

export interface CommandContext extends CommandIo {
  out: Output;
}

/**
 * Body of a command. What it throws is printed with its next step and ends with exit code 2, so failures of single
 * buckets or objects are collected and reported, not thrown.
 */
type Action<Args extends unknown[]> = (context: CommandContext, ...args: Args) => Promise<ExitCode>;

/** Makes an {@link Action} into what commander calls; see `program.ts`. */
export type Bind = <Args extends unknown[]>(action: Action<Args>) => (...args: unknown[]) => Promise<void>;
