import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CertificateStore } from '../../kit/certificate-store.js';
import { type CommandResult, OperatorCommand } from '../../kit/operator-command.js';

let store: CertificateStore;
let mediaRoot: string;

beforeAll(async () => {
  store = await CertificateStore.create();
  mediaRoot = join(store.folder, 'django-media');
  writeFileSync(join(store.folder, 'secret.pdf'), 'not below MEDIA_ROOT');
}, 120_000);
afterAll(() => store.close());

interface Old {
  code: string;
  bytes: Buffer;
  path: string;
}

function oldFile(): Old {
  const code = randomUUID();
  const path = `certificates/pdf/2025/01/${code}.pdf`;
  const bytes = Buffer.from(`%PDF-1.4 ${code}`);
  mkdirSync(dirname(join(mediaRoot, path)), { recursive: true });
  writeFileSync(join(mediaRoot, path), bytes);
  return { code, bytes, path };
}

const five = () => [oldFile(), oldFile(), oldFile(), oldFile(), oldFile()] as const;

function certificate(pk: number, old: Old, changes: Record<string, unknown> = {}) {
  return {
    model: 'tournaments.certificate',
    pk,
    fields: {
      tournament: 7,
      participant: 100 + pk,
      certificate_type: 'participant',
      placement: '',
      file_pdf: old.path,
      file_image: '',
      generated_at: '2025-01-02T03:04:05.678Z',
      verification_code: old.code,
      certificate_hash: createHash('sha256').update(old.bytes).digest('hex'),
      downloaded_at: null,
      download_count: 3,
      revoked_at: null,
      revoked_reason: '',
      ...changes,
    },
  };
}

const registration = (pk: number) => ({
  model: 'tournaments.registration',
  pk,
  fields: { tournament: 7, user: 500 + pk },
});
const user = (pk: number) => ({
  model: 'accounts.user',
  pk,
  fields: { username: `u${pk}`, first_name: 'Judit', last_name: 'Polgár' },
});
const TOURNAMENT = {
  model: 'tournaments.tournament',
  pk: 7,
  fields: { name: 'Winter Cup', organizer: 9, status: 'completed', completed_at: '2025-01-01T20:00:00Z' },
};

function run(manifest: string, ...args: string[]): Promise<CommandResult> {
  const env = { ...store.env, AWS_STORAGE_BUCKET_NAME: '' };
  const options = ['--media-root', mediaRoot, '--manifest', join(store.folder, manifest), '--json', ...args];
  return OperatorCommand.run(['import', ...options], store.folder, env);
}

const write = (name: string, content: string): void => writeFileSync(join(store.folder, name), content);
const certificates = async () =>
  (await store.pool.query('SELECT * FROM certificates ORDER BY generated_at')).rows;

describe('import:certs', () => {
  const good = [0, 1, 2].map(() => ({}) as Old);

  it('takes over what `manage.py dumpdata` wrote, and finds nothing to do when run again', async () => {
    good.forEach((_, at) => (good[at] = oldFile()));
    const objects = good.flatMap((old, at) => [certificate(at, old), registration(100 + at), user(600 + at)]);
    write('dump.json', JSON.stringify([TOURNAMENT, ...objects]));
    const dry = await run('dump.json', '--dry-run');
    expect([dry.code, dry.json.total, dry.json.imported]).toEqual([0, 3, 3]);
    expect(await certificates()).toEqual([]);

    const { code, json } = await run('dump.json');
    expect([code, json.imported, json.failed, json.bytes]).toEqual([0, 3, 0, dry.json.bytes]);
    const again = await run('dump.json');
    expect([again.code, again.json.imported, again.json.skipped]).toEqual([0, 0, 3]);

    const rows = await certificates();
    expect(rows).toHaveLength(3);
    expect(rows[0]).toMatchObject({
      tournament_id: 7,
      display_name: 'Judit Polgár',
      placement: null,
      language: 'en',
      generated_at: new Date('2025-01-02T03:04:05.678Z'),
      download_count: 3,
      revoked_at: null,
    });
    for (const { code, bytes } of good) {
      const row = rows.find((one) => one.verification_code === code);
      const [file] = [...(await store.rows()).values()].filter((one) => one['certificate_id'] === row.id);
      expect(file?.['key']).toMatch(/^pdf\/2025\/01\//);
      expect(store.read(file?.['key'] as string).equals(bytes)).toBe(true);
    }
    expect((await store.pool.query('SELECT 1 FROM pending_files')).rows).toEqual([]);
    expect(readFileSync(join(store.folder, 'logs/s3_migration.log'), 'utf8')).not.toContain('Polg');
  });

  it('reports what differs from its record, is missing, lies elsewhere or makes no sense, by code', async () => {
    const [altered, missing, elsewhere, odd, homeless] = five();
    writeFileSync(join(mediaRoot, altered.path), '%PDF-1.4 somebody else');
    write(
      'bad.json',
      JSON.stringify([
        TOURNAMENT,
        certificate(10, altered),
        certificate(11, { ...missing, path: 'certificates/gone.pdf' }),
        certificate(12, { ...elsewhere, path: '../secret.pdf' }),
        certificate(13, odd, { certificate_type: 'loser' }),
        certificate(14, homeless, { tournament: 99 }),
        certificate(0, good[0] as Old, { certificate_hash: 'a'.repeat(64) }),
      ]),
    );
    const { code, json } = await run('bad.json');
    expect([code, json.imported, json.failed]).toEqual([2, 0, 6]);
    expect(
      new Map(json.errors.map((error: { key: string; code: string }) => [error.key, error.code])),
    ).toEqual(
      new Map([
        [altered.code, 'local_corrupt'],
        [missing.code, 'local_missing'],
        [elsewhere.code, 'manifest_invalid'],
        [odd.code, 'manifest_invalid'],
        [homeless.code, 'unknown_tournament'],
        [good[0]?.code, 'conflict'],
      ]),
    );
    expect(await certificates()).toHaveLength(3);
  });

  it('counts what is in the manifest twice once, and hides no certificate behind another', async () => {
    const [twice, contested, first, second, queer] = five();
    rmSync(join(mediaRoot, queer.path));
    execFileSync('mkfifo', [join(mediaRoot, queer.path)]);
    write(
      'twice.json',
      JSON.stringify([
        TOURNAMENT,
        certificate(20, twice),
        certificate(20, { ...twice, code: twice.code.toUpperCase() }),
        certificate(21, contested),
        certificate(22, { ...oldFile(), code: contested.code }),
        certificate(23, first),
        certificate(23, second),
        certificate(24, queer, { certificate_hash: '' }),
        certificate(25, oldFile(), { verification_code: 'Judit Polgár' }),
      ]),
    );
    const before = (await certificates()).length;
    const { code, json, stdout } = await run('twice.json');
    expect([code, json.total, json.imported, json.skipped, json.failed]).toEqual([1, 8, 3, 1, 4]);
    expect(json.errors.map((error: { code: string }) => error.code).sort()).toEqual([
      'conflict',
      'conflict',
      'local_unreadable',
      'manifest_invalid',
    ]);
    expect(await certificates()).toHaveLength(before + 3);
    expect(stdout).not.toContain('Judit');

    const again = await run('twice.json');
    expect([again.code, again.json.imported, again.json.skipped, again.json.failed]).toEqual([2, 0, 4, 4]);
  });

  it('counts as failed what was issued here while it was being imported', async () => {
    write('race.json', JSON.stringify([TOURNAMENT, certificate(30, oldFile()), registration(130)]));
    // Issued between the check and the write: the import notes its keys in between.
    await store.pool.query(`
      CREATE FUNCTION issue() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO tournaments (id, name, organizer_id, status, updated_at)
        VALUES (7, 'Winter Cup', '9', 'completed', now()) ON CONFLICT DO NOTHING;
        INSERT INTO certificates (id, tournament_id, participant_id, display_name, certificate_type, language,
          verification_code, certificate_hash, generated_at)
        VALUES (gen_random_uuid(), 7, '130', 'Judit', 'participant', 'en', gen_random_uuid(), repeat('a', 64), now());
        RETURN NULL;
      END $$;
      CREATE TRIGGER issue AFTER INSERT ON pending_files FOR EACH STATEMENT EXECUTE FUNCTION issue()`);
    const { code, json } = await run('race.json').finally(() =>
      store.pool.query('DROP FUNCTION issue CASCADE'),
    );
    expect([code, json.imported, json.skipped, json.failed]).toEqual([2, 0, 0, 1]);
    expect(json.errors).toMatchObject([
      { code: 'changed_meanwhile', detail: expect.stringMatching(/: run it again$/) },
    ]);

    const again = await run('race.json');
    expect([again.code, again.json.errors[0].code]).toEqual([2, 'conflict']);
  });

  it('takes CSV, too', async () => {
    const old = oldFile();
    const hash = createHash('sha256').update(old.bytes).digest('hex');
    write(
      'list.csv',
      'verification_code,certificate_hash,certificate_type,placement,tournament_id,tournament_name,organizer_id,' +
        'participant_id,user_id,display_name,generated_at,file_pdf\n' +
        `${old.code},${hash},winner,1,8,"Spring, Cup",9,55,,"Ada ""Countess"" Lovelace",2025-03-04T05:06:07Z,${old.path}\n`,
    );
    const { code, json } = await run('list.csv');
    expect([code, json.imported]).toEqual([0, 1]);
    expect(await certificates()).toContainEqual(
      expect.objectContaining({ placement: 1, user_id: null, display_name: 'Ada "Countess" Lovelace' }),
    );
  });

  it('refuses a manifest that it can not read, with code 2', async () => {
    write('broken.json', '[{"model": 1}]');
    const { code, stderr } = await run('broken.json');
    expect([code, stderr]).toEqual([2, expect.stringContaining('--manifest:')]);
  });

  it.each([
    ['', 'is empty'],
    ['{', 'is neither a JSON list nor CSV, separated by commas, with the columns verification_code, '],
    ['verification_code,certificate_type,tournament_id,generated_at\n', 'with the columns file_pdf'],
  ])(
    'does not take %j, such as a dump that was cut off, for one without certificates',
    async (text, says) => {
      write('cut.json', text);
      const { code, stderr } = await run('cut.json');
      expect([code, stderr]).toEqual([2, expect.stringContaining(says)]);
    },
  );

  it.each([
    ['[{"display_name": Ada Lovelace}]', 'is not JSON'],
    [
      'verification_code,certificate_type,tournament_id,generated_at,file_pdf\n"Ada" Lovelace,a,1,b,c\n',
      'line 2 is not CSV: CSV_INVALID_CLOSING_QUOTE',
    ],
  ])('says where a broken manifest is broken, but never quotes it', async (text, says) => {
    write('quoted.json', text);
    const { code, stderr, stdout } = await run('quoted.json');
    expect([code, stderr]).toEqual([2, expect.stringContaining(says)]);
    expect(stderr + stdout).not.toContain('Ada');
  });
});
