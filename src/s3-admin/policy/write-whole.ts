import { mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ToolError } from '../tool-error.js';

/** A file that appears whole or not at all and is on the disk when this returns. @throws ToolError `unwritable_folder` */
export async function writeWhole(file: string, text: string): Promise<void> {
  try {
    await replaceFile(file, text);
  } catch (cause) {
    // Node says ENOENT for a folder that can't be created on a read-only disk.
    throw new ToolError(
      'unwritable_folder',
      `${dirname(file)} can't be written: ${(cause as Error).message}`,
      'check its permissions and its disk, or choose another folder with --folder; earlier policies are in this one',
      { cause },
    );
  }
}

async function replaceFile(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.new`;
  const handle = await open(temporary, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
  const folder = await open(dirname(file), 'r');
  await folder.sync().finally(() => folder.close());
}
