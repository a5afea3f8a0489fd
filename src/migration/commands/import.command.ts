import { realpath, stat } from 'node:fs/promises';
import type { Config } from '../../config/config.js';
import { BATCH_SIZE } from '../engine/pace.js';
import { ImportTask } from '../tasks/import/import.task.js';
import { ManifestError, readManifest } from '../tasks/import/manifest.js';
import type { OldCertificate } from '../tasks/import/old-certificate.js';
import { RefusedError } from '../runs/refused.error.js';
import { runCommand } from './run-command.js';

export interface ImportOptions {
  mediaRoot: string;
  manifest: string;
  dryRun?: boolean;
  json?: boolean;
}

/** `import:certs`: import certificates from a Django store. @returns the exit code */
export async function importCerts(config: Config, given: ImportOptions): Promise<number> {
  const json = given.json ?? false;
  const dryRun = given.dryRun ?? false;
  const mediaRoot = await folder(given.mediaRoot);
  const certificates = await manifest(given.manifest);
  const options = { json, dryRun, batchSize: BATCH_SIZE, concurrency: 8 };
  return runCommand(config, {
    ...options,
    name: 'import',
    recorded: { dryRun },
    needsBucket: false,
    makeTask: ({ pool, storage }) => new ImportTask(pool, storage, { mediaRoot, certificates }, dryRun),
  });
}

async function folder(path: string): Promise<string> {
  try {
    if ((await stat(path)).isDirectory()) return await realpath(path);
    throw new Error(`${path} is not a folder`);
  } catch (error) {
    throw new RefusedError('bad_usage', `--media-root: ${(error as Error).message}`);
  }
}

async function manifest(path: string): Promise<OldCertificate[]> {
  try {
    return await readManifest(path, (text) => process.stderr.write(`${path}: ${text}\n`));
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    throw new RefusedError('bad_usage', `--manifest: ${error.message}`);
  }
}
