import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { constants, existsSync, openSync } from 'node:fs';
import promises, {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { META, readAll, readKey } from '../../../../test/contracts/storage-samples.js';
import { watchSyncs } from '../../../../test/kit/synced-paths.js';
import { bytesContent } from '../../content.js';
import { makeKey } from '../../storage-key.js';
import { LocalBackend } from './local-backend.js';

let folder: string;
let root: string;
let backend: LocalBackend;
const content = bytesContent(Buffer.from('a certificate'));
const aKey = () => makeKey('pdf', new Date('2024-05-06T00:00:00Z'));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'certstore-'));
  root = join(folder, 'media');
  backend = new LocalBackend(root);
});
afterEach(() => rm(folder, { recursive: true }));
afterEach(() => {
  jest.restoreAllMocks();
});

async function listed(): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of backend.list()) keys.push(key);
  return keys;
}

describe('the local backend', () => {
  it('stores the file under MEDIA_ROOT/<key> and leaves nothing else', async () => {
    const key = aKey();
    await backend.put(key, content, META);
    expect(await readFile(join(root, key), 'utf8')).toBe('a certificate');
    expect(await readdir(join(root, '.tmp'))).toEqual([]);
    expect(await listed()).toEqual([key]);
  });

  it("reads into the caller's memory what fits, and makes its own for the rest", async () => {
    const key = aKey();
    await backend.put(key, content, META);
    const into = Buffer.alloc(content.size, '-');
    const { body } = await backend.get(key, { into });
    expect((await readAll(body)).toString()).toBe('a certificate');
    expect(into.toString()).toBe('a certificate');
    const tooSmall = Buffer.alloc(content.size - 1, '-');
    const other = await backend.get(key, { into: tooSmall });
    expect((await readAll(other.body)).toString()).toBe('a certificate');
    expect(tooSmall.toString()).toBe('-'.repeat(content.size - 1));
  });

  it('shows nothing under the key while it writes, and nothing of a write that was killed', async () => {
    const key = aKey();
    const stuck = new Readable({ read: () => undefined });
    stuck.push('a cert');
    const writing = backend.put(key, { ...content, open: () => stuck }, META);
    await untilOneFile(join(root, '.tmp'));
    await expect(backend.get(key)).rejects.toMatchObject({ code: 'not_found' });
    expect(await listed()).toEqual([]);
    stuck.destroy(new Error('killed'));
    await expect(writing).rejects.toMatchObject({ code: 'internal' });
    expect(await readdir(join(root, '.tmp'))).toEqual([]);
  });

  it('makes the bytes durable before they get their name, and then the name, and the folders before it', async () => {
    const key = aKey();
    const synced: [path: string, named: boolean][] = [];
    await watchSyncs((path) => synced.push([relative(folder, path), existsSync(join(root, key))]));
    await backend.put(key, content, META);
    const bytes = synced.filter(([path]) => path.startsWith('media/.tmp/'));
    expect(bytes).toEqual([[expect.any(String), false]]);
    expect(synced.at(-1)).toEqual([`media/${dirname(key)}`, true]);
    const folders = synced.map(([path]) => path);
    expect(folders).toEqual(expect.arrayContaining(['', 'media', 'media/pdf', 'media/pdf/2024']));
  });

  it('makes durable what it finds in place, whose writer may have been killed, and what it removes', async () => {
    const key = aKey();
    await backend.put(key, content, META);
    const synced: [path: string, there: boolean][] = [];
    await watchSyncs((path) => synced.push([relative(folder, path), existsSync(join(root, key))]));
    await backend.put(key, content, META);
    await backend.delete(key);
    expect(synced).toEqual([true, false].map((there) => [`media/${dirname(key)}`, there]));
  });

  it('removes from a read-only disk what is not there, and says of the rest that it can not', async () => {
    const key = aKey();
    await backend.put(key, content, META);
    const readOnly = Object.assign(new Error('read-only file system'), { code: 'EROFS' });
    jest.spyOn(promises, 'unlink').mockRejectedValue(readOnly);
    await backend.delete(aKey());
    await expect(backend.delete(key)).rejects.toMatchObject({ code: 'access_denied' });
  });

  it('sweeps what killed writes left, and spares writes under way', async () => {
    expect(await backend.sweep(new Date())).toBe(0);
    await backend.put(aKey(), content, META);
    await writeFile(join(root, '.tmp', 'old'), 'half a certif');
    await writeFile(join(root, '.tmp', 'young'), 'half');
    const anHourAgo = new Date(Date.now() - 3_600_000);
    await utimes(join(root, '.tmp', 'old'), anHourAgo, anHourAgo);
    expect(await backend.sweep(new Date(Date.now() - 1_800_000))).toBe(1);
    expect(await readdir(join(root, '.tmp'))).toEqual(['young']);
  });

  it('passes over strangers’ files when it lists', async () => {
    const key = aKey();
    await backend.put(key, content, META);
    await writeFile(join(root, 'README'), 'x');
    await writeFile(join(dirname(join(root, key)), 'notes.txt'), 'x');
    await mkdir(join(root, 'pdf', '2024', '13'), { recursive: true });
    await mkdir(join(root, 'lost+found'));
    expect(await listed()).toEqual([key]);
  });

  it('makes its folders again when someone removed them', async () => {
    await backend.put(aKey(), content, META);
    await rm(root, { recursive: true });
    const key = aKey();
    await backend.put(key, content, META);
    expect((await readKey(backend, key)).toString()).toBe('a certificate');
    await rm(root, { recursive: true });
    await backend.probe();
  });

  it('does not wait for a writer where a pipe lies under the key', async () => {
    const key = aKey();
    await mkdir(dirname(join(root, key)), { recursive: true });
    execFileSync('mkfifo', [join(root, key)]);
    let waited = false;
    // Ends the wait, which nothing else can, should there be one.
    const writer = setTimeout(() => (waited = openSync(join(root, key), constants.O_RDWR) > 0), 3_000);
    await expect(backend.get(key)).rejects.toMatchObject({ code: 'misconfigured' });
    clearTimeout(writer);
    expect(waited).toBe(false);
  });

  it('closes the file that it found under the key, also where its size says enough', async () => {
    const key = aKey();
    await backend.put(key, bytesContent(randomBytes(2_000_000)), META);
    const get = jest.spyOn(backend, 'get');
    await expect(backend.put(key, content, META)).rejects.toMatchObject({ code: 'conflict' });
    expect((await (get.mock.results[0]?.value as ReturnType<typeof backend.get>)).body.destroyed).toBe(true);
  });

  it('ends a read with an error when the file turns out shorter', async () => {
    const key = aKey();
    await backend.put(key, bytesContent(randomBytes(2_000_000)), META);
    const { body } = await backend.get(key);
    await truncate(join(root, key), 1_000_000);
    await expect(readAll(body)).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('a symbolic link below MEDIA_ROOT', () => {
  const trouble = { code: 'misconfigured', message: expect.stringContaining('symbolic link') };

  it('is not followed as a file', async () => {
    const key = aKey();
    await mkdir(dirname(join(root, key)), { recursive: true });
    await writeFile(join(folder, 'secret'), 'secret');
    await symlink(join(folder, 'secret'), join(root, key));
    await expect(backend.get(key)).rejects.toMatchObject(trouble);
    await expect(backend.put(key, content, META)).rejects.toMatchObject(trouble);
    expect(await listed()).toEqual([]);
    await backend.delete(key);
    expect(await readFile(join(folder, 'secret'), 'utf8')).toBe('secret');
  });

  it.each(['pdf', 'pdf/2024', 'pdf/2024/05'])('is not followed as the folder %s', async (path) => {
    const outside = join(folder, 'outside');
    const key = aKey();
    await new LocalBackend(outside).put(key, content, META);
    await mkdir(dirname(join(root, path)), { recursive: true });
    await symlink(join(outside, path), join(root, path));
    for (const attempt of [
      backend.get(key),
      backend.stat(key),
      backend.delete(key),
      backend.put(key, content, META),
      backend.put(aKey(), content, META),
      listed(),
    ]) {
      await expect(attempt).rejects.toMatchObject(trouble);
    }
    expect(await readFile(join(outside, key), 'utf8')).toBe('a certificate');
    expect(await readdir(dirname(join(outside, key)))).toHaveLength(1);
  });

  it('that leads nowhere is a clear error', async () => {
    await mkdir(root);
    await symlink(join(folder, 'nowhere'), join(root, 'pdf'));
    await expect(backend.put(aKey(), content, META)).rejects.toMatchObject({ code: 'misconfigured' });
  });

  it('may be MEDIA_ROOT itself', async () => {
    await mkdir(join(folder, 'disk'));
    await symlink(join(folder, 'disk'), root);
    const key = aKey();
    await backend.put(key, content, META);
    expect((await readKey(backend, key)).toString()).toBe('a certificate');
    expect(await listed()).toEqual([key]);
  });
});

async function untilOneFile(path: string): Promise<void> {
  for (;;) {
    const names = await readdir(path).catch(() => []);
    if (names.length === 1) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
