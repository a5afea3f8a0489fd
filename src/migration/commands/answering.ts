import { DatabaseStartError } from '../../database/database.errors.js';
import { isDatabaseUnavailable } from '../../database/is-database-unavailable.js';
import { refusal } from '../../cli/refusal.js';
import { isStorageError } from '../../storage/storage.errors.js';
import { AlreadyRunningError } from '../runs/run-lock.js';
import { RefusedError } from '../runs/refused.error.js';
import { EXIT } from './exit-code.js';

/** Turns what keeps a command from running into code 2, or 130 after Ctrl-C, and one message, or one JSON document. */
export async function answering(json: boolean, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    const code = refusalOf(error);
    if (!code) throw error;
    const { message } = error as Error;
    process.stderr.write(`${message}\n`);
    if (json) process.stdout.write(refusal(code, message));
    return code === 'interrupted' ? EXIT.interrupted : EXIT.badUsage;
  }
}

function refusalOf(error: unknown): string | undefined {
  if (error instanceof RefusedError || isStorageError(error)) return error.code;
  if (error instanceof AlreadyRunningError) return 'already_running';
  if (error instanceof DatabaseStartError || isDatabaseUnavailable(error)) return 'database_unavailable';
  return undefined;
}
