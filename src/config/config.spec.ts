import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ConfigError } from './config.error.js';
import { loadConfig } from './config.js';
import { envExample, withTables } from './document.js';
import { VARIABLES } from './variables.js';

const SECRET = 's'.repeat(32);

it('needs nothing for development', () => {
  const config = loadConfig({});
  expect(config).toMatchObject({
    production: false,
    worker: true,
    dataDir: resolve('data'),
    http: { host: '127.0.0.1', port: 3000, siteUrl: undefined },
    database: { url: undefined },
    queue: { redisUrl: undefined },
    storage: { mode: 'false', mediaRoot: resolve('data/media'), s3: undefined },
  });
});

it('takes a variable set to nothing for unset', () => {
  expect(loadConfig({ PORT: '', DATABASE_URL: '  ' })).toMatchObject({
    http: { port: 3000 },
    database: { url: undefined },
  });
});

it('reads the names that django-storages uses', () => {
  const { storage } = loadConfig({
    USE_S3_FOR_CERTS: 'dual',
    AWS_STORAGE_BUCKET_NAME: 'certs',
    AWS_S3_REGION_NAME: 'eu-central-1',
    AWS_S3_ENDPOINT_URL: 'http://127.0.0.1:9000/',
    AWS_S3_ENCRYPTION: 'aws:kms',
    AWS_S3_KMS_KEY_ID: 'key',
    AWS_QUERYSTRING_EXPIRE: '900',
    MEDIA_ROOT: '/srv/media',
  });
  expect(storage).toMatchObject({
    mode: 'dual',
    mediaRoot: '/srv/media',
    s3: {
      bucket: 'certs',
      region: 'eu-central-1',
      endpoint: 'http://127.0.0.1:9000',
      encryption: 'aws:kms',
      kmsKeyId: 'key',
      urlLifeSeconds: 900,
    },
  });
});

it('asks for the key set at the very address given', () => {
  const AUTH_JWKS_URL = 'https://id.example.org/jwks/?tenant=7';
  expect(loadConfig({ AUTH_JWKS_URL }).auth.jwksUrl).toBe(AUTH_JWKS_URL);
  expect(loadConfig({ AUTH_JWKS_URL: 'https://id.example.org/jwks/' }).auth.jwksUrl).toMatch(/\/jwks\/$/);
});

it('lets a presigned URL live 600 s', () => {
  expect(loadConfig({ AWS_STORAGE_BUCKET_NAME: 'certs' }).storage.s3?.urlLifeSeconds).toBe(600);
});

it.each([
  ['auto', undefined, false],
  ['auto', 'http://127.0.0.1:9000', true],
  ['path', undefined, true],
  ['virtual', 'http://127.0.0.1:9000', false],
])('addressing style %s with endpoint %s puts the bucket into the path: %s', (style, endpoint, pathStyle) => {
  const { storage } = loadConfig({
    AWS_STORAGE_BUCKET_NAME: 'certs',
    AWS_S3_ADDRESSING_STYLE: style,
    AWS_S3_ENDPOINT_URL: endpoint,
  });
  expect(storage.s3?.pathStyle).toBe(pathStyle);
});

it.each([
  [undefined, undefined, true],
  [undefined, 'off', false],
  ['production', undefined, false],
  ['production', 'on', true],
])('with NODE_ENV=%s and WORKER=%s, `npm start` runs jobs: %s', (NODE_ENV, WORKER, worker) => {
  expect(loadConfig({ NODE_ENV, WORKER, AUTH_JWT_SECRET: SECRET }).worker).toBe(worker);
});

it.each([
  [{ USE_S3_FOR_CERTS: 'yes' }, 'USE_S3_FOR_CERTS: got "yes", takes false, dual or true'],
  [{ USE_S3_FOR_CERTS: 'True' }, 'USE_S3_FOR_CERTS: got "True", takes false, dual or true'],
  [{ PORT: '70000' }, 'PORT: got "70000", takes a whole number from 0 to 65535'],
  [{ PORT: '80.5' }, 'PORT: got "80.5", takes'],
  [{ PORT: '0x50' }, 'PORT: got "0x50", takes'],
  [{ VERIFY_RATE_PER_MINUTE: '1e9' }, 'VERIFY_RATE_PER_MINUTE: got "1e9", takes'],
  [{ TRUST_PROXY: '0b1' }, 'TRUST_PROXY: got "0b1", takes'],
  [{ SITE_URL: 'certs.example' }, 'SITE_URL: got "certs.example", takes an http or https URL'],
  [{ SITE_URL: 'javascript:alert(1)' }, 'SITE_URL: got'],
  [{ SITE_URL: 'https://certs.example/?lang=bn' }, 'SITE_URL: got "https://certs.example/?lang=bn", takes'],
  [{ SITE_URL: 'https://certs.example/#top' }, 'SITE_URL: got'],
  [{ SITE_URL: 'http://:hidden@certs.example' }, 'SITE_URL: got "http://***@certs.example"'],
  [{ AWS_S3_ENDPOINT_URL: '127.0.0.1:9000' }, 'AWS_S3_ENDPOINT_URL: got "127.0.0.1:9000", takes'],
  [{ AWS_S3_ENDPOINT_URL: 'http://127.0.0.1:9000/?x=1' }, 'AWS_S3_ENDPOINT_URL: got'],
  [{ AUTH_JWKS_URL: 'https://me:p@ss@id.example/' }, 'AUTH_JWKS_URL: got "https://***@id.example/", takes'],
  [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL: got "loud", takes fatal, error'],
  [{ AWS_QUERYSTRING_EXPIRE: '60' }, 'AWS_QUERYSTRING_EXPIRE: got "60", takes a whole number from 301'],
  [{ CERT_ACCENT_COLOR: 'red' }, 'CERT_ACCENT_COLOR: got "red", takes a colour'],
  [
    { USE_S3_FOR_CERTS: 'true' },
    'AWS_STORAGE_BUCKET_NAME: takes a bucket name; USE_S3_FOR_CERTS=true requires it',
  ],
  [{ AWS_S3_KMS_KEY_ID: 'k' }, 'AWS_S3_ENCRYPTION: got "AES256", takes aws:kms if AWS_S3_KMS_KEY_ID is set'],
  [{ NODE_ENV: 'production' }, 'AUTH_JWT_SECRET: takes a secret of at least 32 characters'],
])('refuses %j', (env, message) => {
  expect(() => loadConfig(env)).toThrow(ConfigError);
  expect(() => loadConfig(env)).toThrow(message);
});

it('names every wrong variable at once, and each once', () => {
  expect(() => loadConfig({ PORT: '9'.repeat(22) })).toThrow(/^PORT: .*$/);
  expect(() => loadConfig({ SITE_URL: 'ftp://me@host/?x' })).toThrow(/^SITE_URL: .*$/);
  expect(() => loadConfig({ PORT: 'x', WORKER: 'maybe' })).toThrow(/^PORT: .*\nWORKER: /);
});

it.each([
  { AUTH_JWT_SECRET: 'too-short-a-secret' },
  { DATABASE_URL: 'mysql://user:too-short-a-secret@host/db' },
  { REDIS_URL: 'http://:too-short-a-secret@host' },
])('never shows the value of a secret: %j', (env) => {
  const [name] = Object.keys(env);
  expect(() => loadConfig(env)).toThrow(new RegExp(`^${name}: takes `));
  expect(() => loadConfig(env)).not.toThrow('too-short-a-secret');
});

it('is documented in .env.example and docs/configuration.md; if not, run `npm run docs:config`', () => {
  expect(readFileSync('.env.example', 'utf8')).toBe(envExample());
  const page = readFileSync('docs/configuration.md', 'utf8');
  expect(withTables(page)).toBe(page);
  for (const name of Object.keys(VARIABLES)) expect(page).toContain(`| \`${name}\` |`);
});
