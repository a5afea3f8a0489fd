import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readManifest } from './manifest.js';
import type { OldCertificate } from './old-certificate.js';

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
  ['a list of something else', '[null]', 'must be a list of objects with model, pk and fields'],
  ['an object without its fields', '[{"model":"t.certificate","pk":1}]', 'must be a list of objects with'],
  [
    'two models of one name',
    dump(['a.user', 1], ['b.user', 1], ['t.certificate', 1]),
    'among a.user, b.user',
  ],
  ['a column that is there twice', CSV.replace('\n', ',display_name\n'), 'has the column display_name twice'],
  [
    'a dump whose certificates refer by natural keys',
    JSON.stringify([{ model: 't.certificate', pk: 1, fields: { participant: ['judit', 'cup'] } }]),
    'without --natural-foreign',
  ],
  [
    'a dump whose registrations refer by natural keys: nobody would own what they won',
    JSON.stringify([
      { model: 't.certificate', pk: 1, fields: { participant: 2 } },
      { model: 't.registration', pk: 2, fields: { user: ['judit'] } },
    ]),
    'without --natural-foreign',
  ],
  [
    'a dump with natural keys in place of pks',
    JSON.stringify([{ model: 'a.user', fields: { username: 'judit' } }]),
    'without --natural-primary',
  ],
  [
    'a dump with ids that JSON.parse would round to those of others',
    `[{"model":"t.certificate","pk":1,"fields":{"participant":2}},
      {"model":"t.registration","pk":2,"fields":{"user":9007199254740993}}]`,
    'has an id above 9007199254740991',
  ],
  [
    'a dump with pks that JSON.parse would round to those of others',
    '[{"model":"t.registration","pk":9007199254740993,"fields":{}}]',
    'has an id above 9007199254740991',
  ],
  ['CSV by semicolons', CSV.replaceAll(',', ';'), 'separated by commas'],
  ['JSON by lines', '{"model":"t.certificate"}\n', 'line 1 is neither the start of a JSON list nor CSV'],
])('refuses %s', async (_, bytes, says) => {
  await expect(read(bytes)).rejects.toThrow(says);
});

it('refuses a file that is larger than a text can be', async () => {
  await writeFile(join(folder, 'large'), '');
  await truncate(join(folder, 'large'), 2 ** 32);
  await expect(readManifest(join(folder, 'large'), () => undefined)).rejects.toThrow('larger than 512 MB');
});

it('tells of columns that it does not read: one that is misspelt would else be missed by nobody', async () => {
  notices.length = 0;
  await read(CSV);
  expect(notices).toEqual([]);
  await read(CSV.replace('display_name', 'certifcate_hash'));
  expect(notices).toEqual(['ignored columns: certifcate_hash']);
});

it.each([
  ['dump', '[]'],
  ['CSV', CSV.slice(0, CSV.indexOf('\n'))],
])('tells of a %s without certificates: another file may have been meant', async (_, bytes) => {
  notices.length = 0;
  expect(await read(bytes)).toEqual([]);
  expect(notices).toEqual(['has no certificates in it']);
});

it('tells of certificates whose registration is not there: nobody could download them', async () => {
  notices.length = 0;
  const registered = { model: 't.certificate', pk: 2, fields: { participant: 5 } };
  const registration = { model: 't.registration', pk: 5, fields: { user: 9 } };
  await read(JSON.stringify([registered, registration]));
  expect(notices).toEqual([]);
  await read(JSON.stringify([...JSON.parse(dump(['t.certificate', 1])), registered, registration]));
  expect(notices).toEqual([
    '1 of 2 certificates have no registration in it: they are imported without owner and name',
  ]);
});

it('keeps every certificate of a dump, also where pks occur twice', async () => {
  expect(await read(dump(['t.certificate', 1], ['t.certificate', 1]))).toHaveLength(2);
});
