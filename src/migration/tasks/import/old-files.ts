import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import { bytesContent } from '../../../storage/content.js';
import type { Content } from '../../../storage/storage-backend.js';
import type { FileFormat } from '../../../storage/storage-key.js';
import { ItemFailure } from '../../engine/task.js';
import type { CheckedCertificate } from './certificate-schema.js';

export interface OldFile {
  format: FileFormat;
  content: Content;
}

/**
 * Reads a certificate's files below the old store's MEDIA_ROOT.
 * @param root absolute and without links
 * @throws ItemFailure `manifest_invalid` (a path out of the root), `local_missing`, `local_unreadable`, `local_corrupt`
 *   (a file is empty, or the PDF is not the one whose SHA-256 is recorded)
 */
export async function readOldFiles(root: string, certificate: CheckedCertificate): Promise<OldFile[]> {
  const { file_pdf, file_image, certificate_hash } = certificate;
  const pdf = bytesContent(await read(root, file_pdf));
  if (certificate_hash !== null && pdf.sha256 !== certificate_hash) {
    throw new ItemFailure(
      'local_corrupt',
      `${file_pdf} is not the file that was issued: its SHA-256 differs from certificate_hash`,
    );
  }
  const files: OldFile[] = [{ format: 'pdf', content: pdf }];
  if (file_image !== null) files.push({ format: 'png', content: bytesContent(await read(root, file_image)) });
  return files;
}

async function read(root: string, path: string): Promise<Buffer> {
  const wanted = resolve(root, path);
  if (!wanted.startsWith(root + sep)) throw outside(path);
  try {
    const real = await realOf(root, path);
    if (!real.startsWith(root + sep)) throw outside(path);
    const bytes = await readWhole(real, path);
    if (bytes.length === 0) throw new ItemFailure('local_corrupt', `${path} is empty`);
    return bytes;
  } catch (error) {
    if (error instanceof ItemFailure) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new ItemFailure('local_missing', `${path} does not exist`);
    throw new ItemFailure('local_unreadable', `${path} can't be read (${code})`);
  }
}

/**
 * A file that was once on a Mac may have each accent of its name as a character of its own, where the database has one
 * for both, or the other way round: the same name in another form.
 */
async function realOf(root: string, path: string): Promise<string> {
  try {
    return await realpath(resolve(root, path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    for (const form of ['NFC', 'NFD']) {
      const real = await realpath(resolve(root, path.normalize(form))).catch(() => undefined);
      if (real !== undefined) return real;
    }
    throw error;
  }
}

async function readWhole(real: string, path: string): Promise<Buffer> {
  // A pipe is not waited for: nothing could end that, not even a second Ctrl-C.
  const file = await open(real, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if ((await file.stat()).isFile()) return await file.readFile();
    throw new ItemFailure('local_unreadable', `${path} is not a regular file`);
  } finally {
    await file.close();
  }
}

function outside(path: string): ItemFailure {
  return new ItemFailure('manifest_invalid', `${path} is outside --media-root`);
}
