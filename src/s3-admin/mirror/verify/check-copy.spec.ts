import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ObjectRow } from '../../state/object-row.js';
import { Hasher } from '../content/hasher.js';
import { checkCopy } from './check-copy.js';

const root = mkdtempSync(join(tmpdir(), 'check-copy-'));
const file = join(root, 'a');
const row = { size: 3, etag: '900150983cd24fb0d6963f7d28e17f72', proof: 'md5' } as ObjectRow;
beforeAll(() => writeFileSync(file, 'abc'));
afterAll(() => rmSync(root, { recursive: true }));

/** Of a disk whose reads end so. */
const check = (code: string): ReturnType<typeof checkCopy> => {
  const hasher = new Hasher();
  hasher.hash = () => Promise.reject(Object.assign(new Error(`${code}: no, read`), { code }));
  return checkCopy(root, file, row, hasher);
};

test.each(['EIO', 'EACCES'])(
  'a copy that can not be read (%s) is wrong, and the next is read',
  async (code) => {
    expect(await check(code)).toEqual({
      outcome: 'wrong',
      code: 'unreadable',
      detail: `${file} (${code}: no, read)`,
    });
  },
);

test('what every copy would share ends the check', async () => {
  await expect(check('EMFILE')).rejects.toMatchObject({ code: 'EMFILE' });
});
