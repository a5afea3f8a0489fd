import { setTimeout as sleep } from 'node:timers/promises';
import { startEmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.js';
import {
  EmbeddedUser,
  postmasterPid,
  serverProcesses,
  writtenRows,
} from '../integration/database/embedded-user.js';
import { temporaryFolder } from '../services/index.js';
import { scale } from './scale.js';

const ROUNDS = scale(6, 60);

it(`keeps every acknowledged row over ${ROUNDS} kills of the server or of its users`, async () => {
  const dir = temporaryFolder();
  const acknowledged: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const writers = [new EmbeddedUser(dir, 'write'), new EmbeddedUser(dir, 'write')];
    for (const writer of writers) await writer.says('n');
    await sleep(Math.random() * 200);
    if (round % 2 === 0) {
      process.kill(postmasterPid(dir), 'SIGKILL');
      await sleep(Math.random() * 500); // so that the next kill meets a server that is recovering
    }
    for (const writer of writers) await writer.kill();
    acknowledged.push(...writers.flatMap(({ messages }) => messages.flatMap(({ n }) => n ?? [])));
  }
  const server = await startEmbeddedPostgres({ dir, database: 'test' });
  expect(await writtenRows(server.url)).toEqual(expect.arrayContaining(acknowledged));
  await server.stop();
  expect(serverProcesses(dir)).toEqual([]);
});
