import './quiet-sdk.js';
import closeWithGrace from 'close-with-grace';
import { ConfigError } from '../config/config.error.js';
import { type Config, loadConfig } from '../config/config.js';
import { loadEnvFiles } from '../config/load-env-files.js';
import { END_SIGNALS, onEndSignals } from './end-signals.js';
import type { Logger } from '../logging/logger.js';
import { refusal } from '../cli/refusal.js';

/** Longest a process takes to end after the first signal, milliseconds; below the 30 s that orchestrators wait. */
const END_WITHIN_MS = 25_000;

/**
 * Reads `.env` files and the environment. What is wrong there ends the process with code 2 and one line per variable.
 * @param options.json says so in a document on standard output, too
 */
export function configOrExit({ json = false }: { json?: boolean } = {}): Config {
  loadEnvFiles();
  try {
    return loadConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    if (json) process.stdout.write(refusal('bad_configuration', error.message));
    process.exit(2);
  }
}

/**
 * Runs what starts the process; if that fails, says why and ends with code 1, or 2 where the configuration is wrong. Signals
 * are heard from here on: one that came while the embedded database starts would else leave its server behind.
 * @param start returns what closes the process
 */
export async function startOrExit(logger: Logger, start: () => Promise<() => Promise<void>>): Promise<void> {
  const starting = Promise.resolve().then(start);
  closeOnSignals(logger, starting);
  try {
    await starting;
  } catch (err) {
    const isConfiguration = err instanceof ConfigError;
    if (isConfiguration) process.stderr.write(`${err.message}\n`);
    else logger.fatal({ err }, 'could not start');
    const { leaveAll } = await import('../database/embedded/embedded-postgres.js');
    await leaveAll();
    process.exit(isConfiguration ? 2 : 1);
  }
}

/**
 * Ends the process cleanly, with code 0, on SIGTERM, SIGINT and their like; at once, with code 1, on the second signal,
 * when closing takes too long, or after an error that nobody caught.
 * @param starting ends before anything is closed: what is closed while it opens may stay open
 */
function closeOnSignals(logger: Logger, starting: Promise<() => Promise<void>>): void {
  const onTimeout = () => logger.error(`not closed within ${END_WITHIN_MS / 1000} s; ending anyway`);
  let first: NodeJS.Signals | undefined;
  const end = closeWithGrace(
    { delay: END_WITHIN_MS, logger: false, onTimeout, skip: [...END_SIGNALS] },
    async ({ signal = first, err }) => {
      if (err) logger.fatal({ err }, 'uncaught error; stopping');
      else logger.info({ signal }, 'stopping');
      // A start that fails ends the process itself.
      const close = await starting.catch(() => new Promise<never>(() => undefined));
      await close();
      logger.info('stopped');
    },
  );
  onEndSignals((signal) => {
    if (first) process.exit(1);
    first = signal;
    end.close();
  });
}
