import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LocalBackend } from '../../src/storage/backends/local/local-backend.js';
import { bytesContent } from '../../src/storage/content.js';
import { makeKey } from '../../src/storage/storage-key.js';
import { META, readKey } from '../contracts/storage-samples.js';

const isRoot = process.geteuid?.() === 0;
const aKey = () => makeKey('pdf', new Date('2024-05-06T00:00:00Z'));
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'certstore-disk-'));
});
afterEach(() => rm(root, { recursive: true }));

/**
 * A disk that is full: a small tmpfs where the tests run as root, otherwise this process's own file size limit, which
 * ends a write in the same place (EFBIG instead of ENOSPC).
 */
async function withFullDisk(work: () => Promise<void>): Promise<void> {
  const [fill, free] = isRoot
    ? [
        ['mount', '-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', root],
        ['umount', '-l', root],
      ]
    : [prlimit('65536:'), prlimit('unlimited:')];
  // Node ignores SIGXFSZ, but a package that listened to it and stopped leaves its default: the end of the process.
  const ignore = () => undefined;
  process.on('SIGXFSZ', ignore);
  execFileSync('/usr/bin/env', fill);
  try {
    await work();
  } finally {
    execFileSync('/usr/bin/env', free);
    process.off('SIGXFSZ', ignore);
  }
}

function prlimit(limit: string): string[] {
  return ['prlimit', '--pid', String(process.pid), `--fsize=${limit}`];
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

describe('a full disk', () => {
  it('is `no_space`, leaves nothing, and works again by itself', async () => {
    await withFullDisk(async () => {
      const backend = new LocalBackend(root);
      const small = aKey();
      await backend.put(small, bytesContent(Buffer.from('fits')), META);
      const large = aKey();
      const content = bytesContent(randomBytes(400_000));
      await expect(backend.put(large, content, META)).rejects.toMatchObject({
        code: 'no_space',
        outage: true,
        retryable: false,
      });
      expect(await readdir(join(root, '.tmp'))).toEqual([]);
      await expect(backend.stat(large)).rejects.toMatchObject({ code: 'not_found' });
      expect((await readKey(backend, small)).toString()).toBe('fits');
      const fits = bytesContent(randomBytes(10_000));
      expect(await backend.put(aKey(), fits, META)).toEqual({ created: true });
    });
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
