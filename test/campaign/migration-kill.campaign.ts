import { renameSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { CertificateStore } from '../kit/certificate-store.js';
import { contentsOfBucket, contentsOfDisk } from './migration-kill/contents.js';
import { Killer } from './migration-kill/killer.js';
import { type CommandName, Work } from './migration-kill/work.js';
import { scale } from './scale.js';

const FILES = scale(700, 5_000);
const SIZES = scale<[number, number]>([1_000, 20_000], [10_000, 200_000]);
const KILLS = scale(7, 30);
const COMMANDS: CommandName[] = ['migrate', 'queue', 'validate', 'restore', 'retire', 'import', 'erase'];
/** For the beginning, and for three of seven rounds, some of which may have to be begun again. */
const SLICE = Math.floor(FILES / (Math.ceil(KILLS / COMMANDS.length) * 3 + 3));

describe(`${FILES} files, commands killed ${KILLS} times`, () => {
  it('are the same in S3 and on disk, and come back into an empty folder', async () => {
    const store = await CertificateStore.create();
    const work = new Work(store, FILES, SLICE, SIZES);
    await work.seed(SLICE);
    await work.run(['migrate']);

    const killer = new Killer(store, work);
    for (let round = 0; round < KILLS; round += COMMANDS.length) {
      for (const name of shuffled(COMMANDS).slice(0, KILLS - round)) await killer.kill(name);
    }
    await killer.stopWorkers();
    console.log(`killed in mid-run: ${JSON.stringify(killer.kills)}`);
    expect(killer.count).toBe(KILLS);

    await work.seed(FILES - work.made);
    await work.run(await work.for('import'));
    await work.run(['erase', '--execute']);
    await work.run(['migrate']);
    await work.run(['restore']);
    const expected = await work.expected();
    expect(expected.size).toBe(FILES);
    expectSame(await contentsOfBucket(store), expected);
    // An import that was killed leaves files that the sweep knows of.
    const onDisk = contentsOfDisk(store);
    const { rows } = await store.pool.query<{ key: string }>('SELECT key FROM pending_files');
    for (const { key } of rows) onDisk.delete(key);
    expectSame(onDisk, expected);

    renameSync(store.config.storage.mediaRoot, `${store.config.storage.mediaRoot}-lost`);
    expect(await work.run(['restore'])).toMatchObject({ restored: FILES });
    expectSame(contentsOfDisk(store), expected);
    expect(await work.run(['migrate'])).toMatchObject({ total: 0 });
    expect(await work.run(['restore'])).toMatchObject({ total: FILES, restored: 0, skipped: FILES });
    expect(await work.run(['validate', '--all'])).toMatchObject({ rows: FILES, read: FILES });
    expectSame(await contentsOfBucket(store), expected);
    await store.close();
  });
});

/** Names a few of what differs, not thousands. */
function expectSame(found: Map<string, string>, expected: Map<string, string>): void {
  const differing = [...new Set([...found.keys(), ...expected.keys()])]
    .filter((key) => found.get(key) !== expected.get(key))
    .map((key) => ({ key, found: found.get(key), expected: expected.get(key) }));
  expect({ count: differing.length, some: differing.slice(0, 5) }).toEqual({ count: 0, some: [] });
}

function shuffled<T>(cards: T[]): T[] {
  return cards
    .map((card) => ({ card, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ card }) => card);
}
