import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import type { CheckedCertificate } from './certificate-schema.js';
import { readOldFiles } from './old-files.js';

it.each(['a.pdf', 'a.png'])('an empty %s is no certificate, though no SHA-256 tells', async (empty) => {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'certstore-')));
  for (const name of ['a.pdf', 'a.png']) await writeFile(join(root, name), name === empty ? '' : 'bytes');
  const certificate = {
    file_pdf: 'a.pdf',
    file_image: 'a.png',
    certificate_hash: null,
  } as CheckedCertificate;
  await expect(readOldFiles(root, certificate)).rejects.toMatchObject({
    code: 'local_corrupt',
    message: `${empty} is empty`,
  });
  await rm(root, { recursive: true });
});

it.each([
  ['NFD', 'NFC'],
  ['NFC', 'NFD'],
])('a file whose name is in %s is the one that the manifest names in %s', async (onDisk, named) => {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'certstore-ü'.normalize(named))));
  await writeFile(join(root, 'Polgár.pdf'.normalize(onDisk)), 'bytes');
  const certificate = {
    file_pdf: 'Polgár.pdf'.normalize(named),
    file_image: null,
    certificate_hash: null,
  } as CheckedCertificate;
  await expect(readOldFiles(root, certificate)).resolves.toMatchObject([{ content: { size: 5 } }]);
  await rm(root, { recursive: true });
});
