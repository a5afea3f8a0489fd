import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeDurable } from './durable.js';

describe('makeDurable', () => {
  const { PATH } = process.env;
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'durable-'));
    process.env.PATH = `${folder}:${PATH}`;
  });
  afterEach(() => {
    process.env.PATH = PATH;
    rmSync(folder, { recursive: true });
  });

  /** Enough files for one syncfs(2), made by a `sync` that says this and fails. */
  const withSync = (says: string) => {
    writeFileSync(join(folder, 'sync'), `#!/bin/sh\necho "${says}" >&2\nexit 1\n`, { mode: 0o755 });
    const files = Array.from({ length: 16 }, (_, i) => join(folder, String(i)));
    for (const file of files) writeFileSync(file, 'x');
    return makeDurable(files, folder);
  };

  it('fails where the disk failed to take what was written', async () => {
    await expect(withSync("sync: error syncing '/disk': Input/output error")).rejects.toMatchObject({
      code: 'EIO',
    });
  });

  it('syncs one by one where the program is too old', async () => {
    await expect(withSync("sync: unrecognized option '--file-system'")).resolves.toBeUndefined();
  });
});
