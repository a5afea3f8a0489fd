import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetObjectTaggingCommand, HeadObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { registry } from '../../../src/metrics/metrics.js';
import { startApp, type TestApp } from '../../kit/app.js';
import { createTestBucket, type TestBucket } from '../../kit/s3-bucket.js';

const names = JSON.parse(readFileSync(join(__dirname, '../../data/names-in-many-scripts.json'), 'utf8')) as {
  display_name: string;
}[];

/** Every one is told from chance and from all others by letters of its own. */
const distinct = fc.stringMatching(/^[a-z]{8,12}$/);
const people = fc.record({
  display_name: fc
    .tuple(fc.constantFrom(...names.map(({ display_name }) => display_name)), distinct)
    .map((parts) => parts.join(' ')),
  id: fc.oneof(
    distinct.map((name) => `${name}@example.org`),
    distinct.map((name) => `o'${name}&tag=${name}`),
  ),
  user_id: fc.oneof(
    distinct,
    distinct.map((name) => `${name}/../${name}`),
  ),
});

let bucket: TestBucket;
let app: TestApp;
beforeAll(async () => {
  bucket = await createTestBucket();
  app = await startApp({ worker: true, env: { ...bucket.env, USE_S3_FOR_CERTS: 'dual' } });
}, 120_000);
afterAll(async () => {
  await app.close();
  await bucket.close();
});

/** The spellings in which a value could hide in a key, a header or a tag. */
function spellings(value: string): string[] {
  const bytes = Buffer.from(value);
  return [
    value,
    encodeURIComponent(value),
    bytes.toString('base64'),
    bytes.toString('base64url'),
    bytes.toString('hex'),
  ].map((text) => text.toLowerCase());
}

/** All that S3 knows of an object but its bytes. */
async function knownOf(key: string): Promise<string> {
  const at = { Bucket: bucket.name, Key: key };
  const { $metadata: _request, ...head } = await bucket.client.send(new HeadObjectCommand(at));
  const { TagSet } = await bucket.client.send(new GetObjectTaggingCommand(at));
  expect(TagSet?.map(({ Key }) => Key).sort()).toEqual(['generated_at', 'placement', 'tournament_id']);
  expect(head.Metadata).toEqual({});
  return JSON.stringify([key, head, TagSet]).toLowerCase();
}

it('no key, header or tag says whose certificate it is, whatever the person is called', async () => {
  const tournament = await app.tournament();
  // One participant drawn twice would be answered with the first certificate.
  const distinctPeople = fc.uniqueArray(people, { selector: ({ id }) => id, minLength: 12, maxLength: 12 });
  const persons = fc.sample(distinctPeople, 1).flat();
  for (const participant of persons) {
    const { status, json } = await app.post(`/api/tournaments/${tournament}/certificates/`, {
      participant,
      certificate_type: 'participant',
    });
    expect([participant, status]).toEqual([participant, 201]);
    for (const { key } of json.files as { key: string }[]) {
      expect(key).toMatch(/^(pdf|images)\/\d{4}\/\d{2}\/[0-9a-f-]{36}\.(pdf|png)$/);
      const known = await knownOf(key);
      const personal = [participant.id, participant.user_id, ...participant.display_name.split(' ')];
      for (const word of personal.filter((word) => word.length >= 6).flatMap(spellings)) {
        expect(known).not.toContain(word);
      }
    }
  }
  const { Contents = [] } = await bucket.client.send(new ListObjectsV2Command({ Bucket: bucket.name }));
  expect(Contents).toHaveLength(persons.length * 2);
}, 120_000);

it('a key is drawn anew each time: the same person and award never leads back to it', async () => {
  const path = `/api/tournaments/${await app.tournament()}/certificates/`;
  const body = {
    participant: { id: 'participant-77', display_name: 'Judit Polgár' },
    certificate_type: 'winner',
    force_regenerate: true,
  };
  const answers = [await app.post(path, body), await app.post(path, body)];
  const keys = answers.flatMap(({ json }) => json.files.map(({ key }: { key: string }) => key));
  expect(new Set(keys).size).toBe(4);
});

it('no log line and no metric says whose certificate it is, whatever is done with it', async () => {
  const path = `/api/tournaments/${await app.tournament()}/certificates/`;
  const award = (display_name: string) => ({
    participant: { id: encodeURIComponent(display_name), display_name },
    certificate_type: 'participant',
  });
  const issued = await app.post(path, award('Zambrowska'));
  const again = await app.post(path, award('Zambrowska'));
  const refused = await app.post(path, award('Zambrowska \u{1d575}'));
  const invalid = await app.post(path, { ...award('Zambrowska'), placement: 'Zambrowska' });
  const batch = await app.post(`${path}generate-all/`, {
    results: [award('Zambrowska'), award('Quillfeather'), award('Quillfeather \u{1d575}')],
  });
  expect(batch.status).toBe(202);
  let state;
  do state = await app.get(batch.json.status_url as string);
  while (state.json.status !== 'finished');
  const one = `/api/tournaments/certificates/${issued.json.id as string}/`;
  const done = [
    await app.get(`${one}download/`),
    await app.get(`/api/tournaments/certificates/verify/${issued.json.verification_code as string}/`, null),
    await app.post(`${one}revoke/`, { reason: 'Zambrowska withdrew' }),
    await app.get(`${one}download/`),
    await app.delete(one),
  ];
  const answers = [issued, again, refused, invalid, ...done].map(({ status }) => status);
  expect(answers).toEqual([201, 200, 422, 422, 200, 200, 200, 410, 204]);
  expect(state.json).toMatchObject({ generated: 1, skipped: 1, failed: 1 });
  const said = [app.logged(), await registry.metrics()];
  for (const text of said) expect(text).toContain('/api/tournaments/certificates/:id/download');
  const personal = /zambrowska|quillfeather|withdrew/i;
  expect(said.flatMap((text) => text.split('\n')).filter((line) => personal.test(line))).toEqual([]);
});
