import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LocalBackend } from '../../src/storage/backends/local/local-backend.js';
import { bytesContent } from '../../src/storage/content.js';
import { makeKey } from '../../src/storage/storage-key.js';
import { META } from '../contracts/storage-samples.js';

const isRoot = process.geteuid?.() === 0;
const aKey = () => makeKey('pdf', new Date('2024-05-06T00:00:00Z'));
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'certstore-disk-'));
});
afterEach(() => rm(root, { recursive: true }));

/**
 * What became of files of 4, 400,000 and 10,000 bytes, put in this order on a disk that takes the small ones only: a
 * small tmpfs where the tests run as root, otherwise the file size limit of the process that puts them, which ends a
 * write in the same place (EFBIG instead of ENOSPC).
 */
function fillDisk(): unknown {
  const put = [process.execPath, join(__dirname, 'fill-disk.mjs'), root];
  if (!isRoot) return JSON.parse(run('prlimit', '--fsize=65536', ...put));
  run('mount', '-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', root);
  try {
    return JSON.parse(run(...put));
  } finally {
    run('umount', '-l', root);
  }
}

function run(...command: string[]): string {
  return execFileSync('/usr/bin/env', command, { encoding: 'utf8' });
}

/** Root may write anywhere, so the tests give up that right for a moment. */
async function asOrdinaryUser(work: () => Promise<void>): Promise<void> {
  if (isRoot) process.seteuid?.(65534);
  try {
    await work();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

it('a full disk is `no_space`, leaves nothing, and works again by itself', () => {
  expect(fillDisk()).toEqual({
    outcomes: [{ created: true }, { code: 'no_space', outage: true, retryable: false }, { created: true }],
    sizes: [4, 'not_found', 10_000],
    temporary: [],
  });
});

describe('a folder that may not be used', () => {
  it('is `access_denied`, and works again when it is given back', async () => {
    const media = join(root, 'media');
    await mkdir(media, { mode: 0o500 });
    await chmod(root, 0o755);
    const backend = new LocalBackend(media);
    const content = bytesContent(Buffer.from('x'));
    const denied = { code: 'access_denied', outage: true, message: expect.stringContaining('MEDIA_ROOT') };
    await asOrdinaryUser(async () => {
      await expect(backend.put(aKey(), content, META)).rejects.toMatchObject(denied);
      await expect(backend.probe()).rejects.toMatchObject(denied);
    });
    await chmod(media, 0o777);
    await asOrdinaryUser(async () => {
      await backend.probe();
      await backend.put(aKey(), content, META);
    });
  });
});
