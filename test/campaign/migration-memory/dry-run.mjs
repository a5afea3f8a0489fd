// `migrate:certs -- --dry-run --json` as it is, but for the stores: a disk that has the same file under every key, and an empty
// bucket, both in memory. Writes the resident set, MB, to the file that is its argument.
import '../../../dist/process/collect-early.js';
import { writeFileSync } from 'node:fs';
import { loadConfig } from '../../../dist/config/config.js';
import { runCommand } from '../../../dist/migration/commands/run-command.js';
import { BATCH_SIZE, CONCURRENCY } from '../../../dist/migration/engine/pace.js';
import { MigrateTask } from '../../../dist/migration/tasks/migrate.task.js';
import { MemoryBackend } from '../../../dist/storage/backends/memory-backend.js';
import { bytesContent } from '../../../dist/storage/content.js';
import { DryRunBackend } from '../../../dist/storage/decorators/dry-run-backend.js';
import { FILE, KEY } from './synthetic-file.mjs';

class SameFileEverywhere extends MemoryBackend {
  get(_key, options) {
    return super.get(KEY, options);
  }
}

const local = new SameFileEverywhere();
await local.put(KEY, bytesContent(FILE), {});
const s3 = new DryRunBackend(new MemoryBackend());

let most = 0;
const sampling = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 50);
process.exitCode = await runCommand(loadConfig(process.env), {
  ...{ name: 'migrate', json: true, dryRun: true, batchSize: BATCH_SIZE, concurrency: CONCURRENCY },
  ...{ recorded: {}, needsBucket: true, makeTask: ({ pool }) => new MigrateTask(pool, { local, s3 }) },
});
clearInterval(sampling);
writeFileSync(process.argv[2], String(Math.round(most / 1e6)));
