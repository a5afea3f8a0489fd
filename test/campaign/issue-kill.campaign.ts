import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SweepService } from '../../src/certificates/issuing/sweep.service.js';
import { loadConfig } from '../../src/config/config.js';
import { openDatabase } from '../../src/database/database.js';
import { PrismaService } from '../../src/database/prisma.service.js';
import { createBackends } from '../../src/storage/storage-backends.js';
import { SILENT_OBSERVER } from '../../src/storage/storage-observer.js';
import { Storage } from '../../src/storage/storage.js';
import { CompiledService } from '../kit/compiled-service.js';
import { type Acknowledged, issueUntilKilled } from '../kit/kill-under-load.js';
import { temporaryFolder } from '../services/index.js';
import { scale } from './scale.js';

const ROUNDS = scale(4, 20);

describe(`issuing, killed ${ROUNDS} times`, () => {
  it('loses no acknowledged certificate and leaves no file without a row after the sweep', async () => {
    const service = await CompiledService.at(temporaryFolder('issue-kill'));
    const acknowledged: Acknowledged[] = [];
    await service.start();
    await service.call('PUT', '/api/tournaments/1/', {
      name: 'Candidates',
      organizer_id: 'o',
      status: 'completed',
    });
    for (let round = 1; round <= ROUNDS; round++) {
      acknowledged.push(...(await issueUntilKilled(service, round, { clients: 8, maxMs: 2000 })));
      await service.start();
    }

    expect(acknowledged.length).toBeGreaterThanOrEqual(ROUNDS);
    for (const { id, sha256 } of acknowledged) {
      const answer = await service.call(
        'GET',
        `/api/tournaments/certificates/${id}/download/`,
        undefined,
        'owner',
      );
      const bytes = Buffer.from(await answer.arrayBuffer());
      expect([id, answer.status, createHash('sha256').update(bytes).digest('hex')]).toEqual([
        id,
        200,
        sha256,
      ]);
    }
    await service.stop();

    const config = loadConfig({ DATA_DIR: service.dataDir, LOG_LEVEL: 'silent' });
    const database = await openDatabase(config);
    const prisma = new PrismaService(database.pool);
    try {
      const backends = createBackends(config.storage, SILENT_OBSERVER);
      const storage = new Storage(config.storage.mode, backends, SILENT_OBSERVER);
      const swept = await new SweepService(prisma, storage).sweep(-60_000);
      const rows = (await prisma.certificateFile.findMany()).map((file) => file.key).sort();
      const files = (await readdir(config.storage.mediaRoot, { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(config.storage.mediaRoot.length + 1))
        .sort();
      expect(files).toEqual(rows);
      expect(rows.length).toBeGreaterThanOrEqual(acknowledged.length * 2);
      console.log(
        `${ROUNDS} kills: ${acknowledged.length} acknowledged, all downloadable; ${rows.length / 2} certificates in the database, ` +
          `${swept.removed} files swept, no orphan`,
      );
    } finally {
      await database.close();
    }
  });
});
