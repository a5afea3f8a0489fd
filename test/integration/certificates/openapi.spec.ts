import { type Answer, type TestApp, startApp } from '../../kit/app.js';

interface Schema {
  $ref?: string;
  type?: string;
  nullable?: boolean;
  enum?: unknown[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
}
type Content = Record<string, { schema?: Schema }>;
interface Document {
  paths: Record<string, Record<string, { responses: Record<string, { content?: Content }> }>>;
  components: { schemas: Record<string, Schema> };
}

/** No included font has it. */
const UNPRINTABLE = '\u{1bc00}';

let app: TestApp;
let document: Document;
beforeAll(async () => {
  app = await startApp();
  document = (await app.get('/api/openapi.json')).json as Document;
});
afterAll(() => app.close());

/** What the document does not say of a value, as sentences; members that it does not name are among them. */
function surprises(value: unknown, asked: Schema, at = 'answer'): string[] {
  const schema = asked.$ref ? (document.components.schemas[asked.$ref.split('/').at(-1) ?? ''] ?? {}) : asked;
  if (value === null) return schema.nullable ? [] : [`${at} is null`];
  if (schema.enum && !schema.enum.includes(value)) return [`${at} is ${JSON.stringify(value)}`];
  const type = Array.isArray(value) ? 'array' : Number.isInteger(value) ? 'integer' : typeof value;
  if (type !== schema.type) return [`${at} is a ${type}, not a ${schema.type}`];
  if (Array.isArray(value)) return value.flatMap((item) => surprises(item, schema.items ?? {}, `${at}[]`));
  if (type !== 'object') return [];
  const members = value as Record<string, unknown>;
  const missing = (schema.required ?? []).filter((name) => !(name in members));
  return [
    ...missing.map((name) => `${at}.${name} is missing`),
    ...Object.entries(members).flatMap(([name, member]) => {
      const known = schema.properties?.[name];
      return known ? surprises(member, known, `${at}.${name}`) : [`${at}.${name} is not described`];
    }),
  ];
}

/** What the document does not say of an answer: its status, its content type or its members. */
function undescribed(method: string, path: string, { status, contentType, json }: Answer): string[] {
  const type = contentType.split(';')[0] ?? '';
  const call = `${method} ${path}: ${status} ${type}`;
  const schema = document.paths[path]?.[method.toLowerCase()]?.responses[status]?.content?.[type]?.schema;
  if (!schema) return [`${call} is not described`];
  return json === undefined ? [] : surprises(json, schema, call);
}

it('the OpenAPI document describes whatever the service answers', async () => {
  const tournament = String(await app.tournament());
  const list = '/api/tournaments/{tournament}/certificates/';
  const one = '/api/tournaments/certificates/{id}/';
  const verify = '/api/tournaments/certificates/verify/{code}/';
  const issued: { id?: string; verification_code?: string } = {};
  const ask = async (method: string, path: string, body?: unknown, accept = '*/*'): Promise<string[]> => {
    const url = path
      .replace('{tournament}', tournament)
      .replace('{id}', issued.id ?? '')
      .replace('{code}', issued.verification_code ?? '');
    const answer = await app.request(method, url, { body, headers: { accept } });
    if (answer.status === 201) Object.assign(issued, answer.json);
    const template = path.replace('{tournament}', '{id}').replace(/\?.*/, '');
    return undescribed(method, template, answer);
  };
  const result = (display_name: string, id = '1') => ({
    participant: { id, display_name },
    certificate_type: 'winner',
  });
  const played = { name: 'Candidates', organizer_id: 'organizer', status: 'completed' };

  expect([
    ...(await ask('PUT', '/api/tournaments/{tournament}/', played)),
    ...(await ask('PUT', '/api/tournaments/{tournament}/', {})),
    ...(await ask('POST', list, result('Judit'))),
    ...(await ask('POST', list, result('Judit'))),
    ...(await ask('POST', list, result(UNPRINTABLE, '2'))),
    ...(await ask('GET', list)),
    ...(await ask('POST', `${list}generate-all/`, { results: [result(UNPRINTABLE, '2')], dry_run: true })),
    ...(await ask('POST', `${list}generate-all/`, { results: [result('Judit')] })),
    ...(await ask('GET', one)),
    ...(await ask('GET', `${one}download/`)),
    ...(await ask('GET', `${one}download/?delivery=json`)),
    ...(await ask('GET', verify)),
    ...(await ask('GET', verify, undefined, 'text/html')),
    ...(await ask('GET', `${verify}image.png`)),
    ...(await ask('POST', `${one}revoke/`, { reason: 'wrong result' })),
    ...(await ask('GET', `${one}download/`)),
    ...(await ask('GET', `${one}download/`, undefined, 'text/html')),
  ]).toEqual([]);
});

it('says how long a page is when nobody says', async () => {
  const { json } = await app.get('/api/openapi.json');
  const [, , pageSize] = json.paths['/api/tournaments/{id}/certificates/'].get.parameters;
  expect(pageSize).toMatchObject({ name: 'page_size', schema: { type: 'integer', default: 50 } });
});
