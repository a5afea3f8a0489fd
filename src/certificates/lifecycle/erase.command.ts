import type { Config } from '../../config/config.js';
import { openDatabase } from '../../database/database.js';
import { SILENT_OBSERVER } from '../../storage/storage-observer.js';
import { createBackends } from '../../storage/storage-backends.js';
import { Storage } from '../../storage/storage.js';
import { ERASE_AFTER_DAYS, ErasureService } from './erasure.service.js';

export interface EraseOptions {
  execute?: boolean;
  json?: boolean;
}

/**
 * Erases what is due, or says how much that is. Results go to stdout, progress to stderr.
 * @returns exit code: 0 all done, 1 some failed, 2 all failed, 130 interrupted
 */
export async function erase(config: Config, options: EraseOptions): Promise<number> {
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  const database = await openDatabase(config);
  const storage = new Storage(
    config.storage.mode,
    createBackends(config.storage, SILENT_OBSERVER),
    SILENT_OBSERVER,
  );
  try {
    const service = new ErasureService(database.prisma, storage);
    const due = await service.count();
    if (!options.execute) {
      print(options, { dry_run: true, total: due, erased: 0, failed: 0, errors: [] }, [
        `${due} certificates were deleted ${ERASE_AFTER_DAYS} days ago or more.`,
        due > 0
          ? 'Nothing was erased. Run again with --execute to erase them; it can not be undone.'
          : 'Nothing to erase.',
      ]);
      return 0;
    }
    let done = 0;
    const result = await service.eraseDue(interrupted.signal, (id) =>
      process.stderr.write(`[${++done}/${due}] ${id}\n`),
    );
    print(options, { dry_run: false, ...result }, [
      `Erased ${result.erased} of ${result.total} certificates, ${result.failed} failed.`,
      ...result.errors.map(({ certificate_id, code, detail }) => `  ${certificate_id}  ${code}: ${detail}`),
      ...(result.failed > 0 ? ['Those that failed are as they were; mend the cause and run again.'] : []),
    ]);
    if (interrupted.signal.aborted) return 130;
    return result.failed === 0 ? 0 : result.erased === 0 ? 2 : 1;
  } finally {
    await storage.close();
    await database.close();
  }
}

function print(options: EraseOptions, json: object, lines: string[]): void {
  process.stdout.write(options.json ? `${JSON.stringify(json)}\n` : `${lines.join('\n')}\n`);
}
