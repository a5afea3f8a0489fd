import { createHash } from 'node:crypto';
import { existsSync, renameSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from '@jest/globals';
import { CertificateStore, type SeededFile } from '../kit/certificate-store.js';
import { type CommandResult, OperatorCommand } from '../kit/operator-command.js';
import { scale } from './scale.js';

const FILES = scale(300, 5_000);
const SIZES = scale<[number, number]>([1_000, 20_000], [10_000, 200_000]);
const KILLS = scale(4, 30);

describe(`${FILES} files, all commands killed ${KILLS} times in all`, () => {
  it('go to S3, leave the disk, come back, and are the same at every step', async () => {
    const store = await CertificateStore.create();
    const files: SeededFile[] = [];
    for (let seeded = 0; seeded < FILES; seeded += 500) {
      files.push(...(await store.seed(Math.min(500, FILES - seeded), { sizes: SIZES })));
    }
    const command = new KilledCommands(store);
    const share = KILLS / 4;

    await command.finish(['migrate'], Math.ceil(share));
    await expectInS3(store, files);
    await command.finish(['retire', '--execute', '--yes', '--older-than-days', '0'], Math.ceil(share));
    for (const { key } of files) expect(existsSync(store.pathOf(key))).toBe(false);
    await command.finish(['restore'], Math.floor(share));
    expectOnDisk(store, files);
    renameSync(store.config.storage.mediaRoot, `${store.config.storage.mediaRoot}-lost`);
    await command.finish(['restore'], Math.floor(share));
    expectOnDisk(store, files);
    await expectInS3(store, files);

    for (const args of [['migrate'], ['restore']]) {
      const { code, json } = await command.run(args);
      expect([code, json.migrated ?? json.restored, json.failed]).toEqual([0, 0, 0]);
    }
    const { code, json } = await command.run(['validate', '--all']);
    expect([code, json.errors, json.read]).toEqual([0, [], FILES]);
    console.log(`${command.kills} kills in mid-run; ${FILES} files the same in S3 and on disk`);
    await store.close();
  });
});

/** Runs commands, kills them at random times, and lets the last run end. */
class KilledCommands {
  kills = 0;
  #wholeMs = scale(3_000, 20_000);

  constructor(private readonly store: CertificateStore) {}

  run(args: string[]): Promise<CommandResult> {
    return OperatorCommand.run([...args, '--json'], this.store.folder, this.store.env);
  }

  async finish(args: string[], kills: number): Promise<void> {
    for (let kill = 0; kill < kills; kill++) {
      const command = OperatorCommand.start([...args, '--json'], this.store.folder, this.store.env);
      await Promise.race([sleep(500 + (Math.random() * this.#wholeMs) / 2), command.result()]);
      command.kill('SIGKILL');
      if ((await command.result()).code === null) this.kills += 1;
    }
    const { code, json } = await this.run(args);
    expect([args[0], code, json.errors]).toEqual([args[0], 0, []]);
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** By the SDK's own client, on what was seeded: nothing of the commands is used to check them. */
async function expectInS3(store: CertificateStore, files: SeededFile[]): Promise<void> {
  for (const { key, bytes } of files) {
    const { Body } = await store.bucket.admin.send(
      new GetObjectCommand({ Bucket: store.bucket.name, Key: key }),
    );
    expect([key, sha256((await Body?.transformToByteArray()) ?? new Uint8Array())]).toEqual([
      key,
      sha256(bytes),
    ]);
  }
}

function expectOnDisk(store: CertificateStore, files: SeededFile[]): void {
  for (const { key, bytes } of files) expect([key, sha256(store.read(key))]).toEqual([key, sha256(bytes)]);
}
