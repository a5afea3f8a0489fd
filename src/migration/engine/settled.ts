import { isStorageError } from '../../storage/storage.errors.js';
import { type Item, ItemFailure, type Outcome } from './task.js';

/** Why an item was given up. */
export interface Failure {
  code: string;
  detail: string;
  retryable: boolean;
  throttled: boolean;
  /** The store as a whole is in trouble. */
  outage: boolean;
  /** The store that failed. */
  backend?: string | undefined;
}

export type Settled<I extends Item, Change> =
  | { item: I; attempts: number; outcome: Outcome<Change> }
  | { item: I; attempts: number; failure: Failure };

/** An error of {@link Task.process} as a failure of its item. */
export function failureOf(error: unknown): Failure {
  if (isStorageError(error)) {
    return {
      code: error.code,
      detail: error.message,
      retryable: error.retryable,
      throttled: error.code === 'throttled',
      outage: error.outage,
      backend: error.context.backend,
    };
  }
  const code = error instanceof ItemFailure ? error.code : 'internal';
  const detail = error instanceof Error ? error.message : String(error);
  return { code, detail, retryable: false, throttled: false, outage: false };
}
