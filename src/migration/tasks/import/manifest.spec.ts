import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type OldCertificate, readManifest } from './manifest.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'certstore-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(bytes: Buffer | string): Promise<OldCertificate[]> {
  await writeFile(join(folder, 'manifest'), bytes);
  return readManifest(join(folder, 'manifest'), (text) => notices.push(text));
}
const notices: string[] = [];

const CSV =
  'verification_code,certificate_type,tournament_id,generated_at,file_pdf,display_name\na,b,7,d,e,Polgár\n';
const dump = (...models: [string, number][]): string =>
  JSON.stringify(models.map(([model, pk]) => ({ model, pk, fields: { display_name: 'Polgár' } })));

it.each([
  ['CSV in UTF-8 with a byte order mark', Buffer.from(`\ufeff${CSV}`)],
  ['CSV in UTF-16', Buffer.from(`\ufeff${CSV}`, 'utf16le')],
  ['CSV in UTF-16, big end first', Buffer.from(`\ufeff${CSV}`, 'utf16le').swap16()],
  ['CSV with the line ends of Windows', CSV.replaceAll('\n', '\r\n')],
  ['JSON with a byte order mark', `\ufeff${dump(['t.certificate', 1])}`],
])('reads %s', async (_, bytes) => {
  expect(await read(bytes)).toHaveLength(1);
});

it.each([
  ['another encoding, which would garble names', Buffer.from(CSV, 'latin1'), 'is not UTF-8'],
  ['a dump of other models', dump(['t.TournamentCertificate', 1]), 'only t.TournamentCertificate'],
  [
    'two models of one name',
    dump(['a.user', 1], ['b.user', 1], ['t.certificate', 1]),
    'among a.user, b.user',
  ],
  ['a column that is there twice', CSV.replace('\n', ',display_name\n'), 'has the column display_name twice'],
  ['JSON by lines', '{"model":"t.certificate"}\n', 'line 1 is neither the begin of a JSON list nor CSV'],
])('refuses %s', async (_, bytes, says) => {
  await expect(read(bytes)).rejects.toThrow(says);
});

it('refuses a file that is larger than a text can be', async () => {
  await writeFile(join(folder, 'large'), '');
  await truncate(join(folder, 'large'), 2 ** 32);
  await expect(readManifest(join(folder, 'large'), () => undefined)).rejects.toThrow('larger than 512 MB');
});

it('tells of columns that it does not read: one that is misspelt would else be missed by nobody', async () => {
  await read(CSV);
  expect(notices).toEqual([]);
  await read(CSV.replace('display_name', 'certifcate_hash'));
  expect(notices).toEqual(['columns that are not read: certifcate_hash']);
});

it('keeps every certificate of a dump, also where pks occur twice', async () => {
  expect(await read(dump(['t.certificate', 1], ['t.certificate', 1]))).toHaveLength(2);
});
