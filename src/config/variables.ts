import { z } from 'zod';
import { whole } from './whole-number.js';

/**
 * Every environment variable the service reads, once: name, type, default, meaning. The typed groups (`config.ts`), the
 * start-up errors, `.env.example` and the table in `docs/configuration.md` all come from here.
 */
const text = z.string().trim().min(1);
const port = whole(0, 65535);
const count = whole(1);
/** Without a user: `fetch` refuses such addresses, and messages would show the password. */
const httpUrl = z
  .url({ protocol: /^https?$/, abort: true })
  .refine((url) => !new URL(url).username && !new URL(url).password, { abort: true });
/** What paths are appended to. */
const baseUrl = httpUrl.refine((url) => !/[?#]/.test(url)).transform((url) => url.replace(/\/+$/, ''));
const onOff = z.enum(['on', 'off']);
const proxies = z
  .enum(['off', 'on'])
  .transform((word) => (word === 'on' ? 1 : 0))
  .or(whole(0, 9));

export interface VariableMeta {
  /** Its heading in the documentation. */
  group: string;
  /** What it is, for the documentation. */
  is: string;
  /** What a right value looks like, for error messages. */
  takes: string;
  /** Default as the documentation words it, where it is not a plain value. */
  otherwise?: string;
  /** Its value never appears in a message. */
  secret?: boolean;
}

function variable<T extends z.ZodType>(schema: T, meta: VariableMeta): T {
  return schema.meta({ ...meta });
}

export const VARIABLES = {
  NODE_ENV: variable(z.enum(['development', 'production', 'test']).default('development'), {
    group: 'Process',
    is: 'production requires AUTH_JWT_SECRET or AUTH_JWKS_URL, and runs queue jobs in `npm run worker` only',
    takes: 'development, production or test',
  }),
  HOST: variable(text.default('127.0.0.1'), {
    group: 'Process',
    is: 'address the API listens on',
    takes: 'a host name or address',
  }),
  PORT: variable(port.default(3000), {
    group: 'Process',
    is: 'port the API listens on; 0 takes a free one',
    takes: 'a whole number from 0 to 65535',
  }),
  SITE_URL: variable(baseUrl.optional(), {
    group: 'Process',
    is: 'public address of the service, used in QR codes and links',
    takes: 'an http or https URL without user, query or fragment',
    otherwise: '`http://HOST:PORT`',
  }),
  TRUST_PROXY: variable(proxies.default(0), {
    group: 'Process',
    is: 'number of reverse proxies in front of the service that add to X-Forwarded-For, so that rate limits count clients instead of the proxy. If it is too high, clients can fake their address',
    takes: 'off, on (one proxy), or a whole number from 0 to 9',
    otherwise: '`off`',
  }),
  WORKER: variable(onOff.optional(), {
    group: 'Process',
    is: '`off`: `npm start` runs no queue jobs; start `npm run worker` beside it',
    takes: 'on or off',
    otherwise: '`on` in development, `off` in production',
  }),
  LOG_LEVEL: variable(
    z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    {
      group: 'Process',
      is: "lowest level to log (pino's levels)",
      takes: 'fatal, error, warn, info, debug, trace or silent',
    },
  ),
  CLOUDWATCH_METRICS: variable(onOff.default('off'), {
    group: 'Process',
    is: '`on`: every minute, a log line in CloudWatch embedded metric format, for the alarms in terraform/; needs AWS_STORAGE_BUCKET_NAME, their dimension',
    takes: 'on or off',
  }),
  WORKER_METRICS_PORT: variable(port.optional(), {
    group: 'Process',
    is: 'port on HOST where `npm run worker` serves `/metrics` and `/health/live`; 0 takes a free one. Each worker on a machine needs its own',
    takes: 'a whole number from 0 to 65535',
    otherwise: 'workers do not listen',
  }),
  DATA_DIR: variable(text.default('./data'), {
    group: 'Data',
    is: 'folder of the embedded database, the development secret and runtime state',
    takes: 'a folder',
  }),
  MEDIA_ROOT: variable(text.optional(), {
    group: 'Data',
    is: 'folder of the local copies: `MEDIA_ROOT/<key>`',
    takes: 'a folder',
    otherwise: '`DATA_DIR/media`',
  }),
  DATABASE_URL: variable(z.url({ protocol: /^postgres(ql)?$/ }).optional(), {
    group: 'Data',
    is: 'PostgreSQL server to use',
    takes: 'a postgresql:// URL',
    otherwise: 'an embedded PostgreSQL in DATA_DIR',
    secret: true,
  }),
  REDIS_URL: variable(z.url({ protocol: /^rediss?$/ }).optional(), {
    group: 'Data',
    is: 'Redis server for the queue',
    takes: 'a redis:// or rediss:// URL',
    otherwise: 'the queue is in PostgreSQL',
    secret: true,
  }),
  AUTH_JWT_SECRET: variable(z.string().min(32).optional(), {
    group: 'Authentication',
    is: 'key that signs HS256 tokens',
    takes: 'a secret of at least 32 characters',
    otherwise: 'generated in DATA_DIR in development; production requires this or AUTH_JWKS_URL',
    secret: true,
  }),
  AUTH_JWKS_URL: variable(httpUrl.optional(), {
    group: 'Authentication',
    is: 'JSON Web Key Set of whoever issues RS256 or ES256 tokens',
    takes: 'an http or https URL without a user',
    otherwise: 'HS256 by AUTH_JWT_SECRET',
  }),
  AUTH_JWT_ISSUER: variable(text.optional(), {
    group: 'Authentication',
    is: "the `iss` every token must have; set it if the key set also signs other services' tokens",
    takes: 'a string',
    otherwise: 'not checked',
  }),
  AUTH_JWT_AUDIENCE: variable(text.optional(), {
    group: 'Authentication',
    is: "the `aud` every token must have; set it if the key set also signs other services' tokens",
    takes: 'a string',
    otherwise: 'not checked',
  }),
  VERIFY_RATE_PER_MINUTE: variable(count.default(100), {
    group: 'Limits',
    is: 'public verifications allowed per client address and minute',
    takes: 'a whole number from 1',
  }),
  TOKEN_FAILURE_RATE_PER_MINUTE: variable(count.default(100), {
    group: 'Limits',
    is: 'invalid tokens allowed per client address and minute before the answer is 429',
    takes: 'a whole number from 1',
  }),
  USE_S3_FOR_CERTS: variable(z.enum(['false', 'dual', 'true']).default('false'), {
    group: 'Storage',
    is: 'the storage flag: new files go to local disk, to both, or to S3',
    takes: 'false, dual or true',
  }),
  AWS_STORAGE_BUCKET_NAME: variable(text.optional(), {
    group: 'Storage',
    is: 'bucket of the certificates; required for dual and true, and for false while files are in S3',
    takes: 'a bucket name',
  }),
  AWS_S3_REGION_NAME: variable(text.optional(), {
    group: 'Storage',
    is: 'region of the bucket',
    takes: 'a region, such as eu-central-1',
    otherwise: "the SDK's own (AWS_REGION, profile), else us-east-1",
  }),
  AWS_S3_ENDPOINT_URL: variable(baseUrl.optional(), {
    group: 'Storage',
    is: 'address of an S3-compatible server',
    takes: 'an http or https URL without user, query or fragment',
    otherwise: "AWS's own",
  }),
  AWS_S3_ADDRESSING_STYLE: variable(z.enum(['auto', 'path', 'virtual']).default('auto'), {
    group: 'Storage',
    is: '`virtual` puts the bucket in the host name, `path` in the path; `auto` means path if AWS_S3_ENDPOINT_URL is set',
    takes: 'auto, path or virtual',
  }),
  AWS_S3_ENCRYPTION: variable(z.enum(['AES256', 'aws:kms']).default('AES256'), {
    group: 'Storage',
    is: 'server-side encryption requested with every upload',
    takes: 'AES256 or aws:kms',
  }),
  AWS_S3_KMS_KEY_ID: variable(text.optional(), {
    group: 'Storage',
    is: 'KMS key for aws:kms',
    takes: 'a key id or ARN',
    otherwise: "the account's default key for S3",
  }),
  AWS_QUERYSTRING_EXPIRE: variable(whole(301, 604_800).default(600), {
    group: 'Storage',
    is: 'lifetime of a presigned URL in seconds, counted from a 5-minute boundary: when it is handed out, up to 300 s of it have passed',
    takes: 'a whole number from 301 to 604800',
  }),
  AWS_S3_RESTORE_TIER: variable(z.enum(['Standard', 'Expedited', 'Bulk']).default('Standard'), {
    group: 'Storage',
    is: 'how fast an archived file is restored when someone requests it: Expedited takes minutes, Standard 3 to 5 hours, Bulk 5 to 12',
    takes: 'Standard, Expedited or Bulk',
  }),
  AWS_S3_RESTORE_DAYS: variable(count.default(7), {
    group: 'Storage',
    is: 'days that a restored file stays readable',
    takes: 'a whole number from 1',
  }),
  AWS_S3_ARCHIVE_AFTER_DAYS: variable(whole(0).default(365), {
    group: 'Storage',
    is: "age in days at which the bucket's lifecycle moves files to an archive class: before a URL of an older file is handed out, S3 is asked whether it is archived",
    takes: 'a whole number from 0',
  }),
  CERT_CHECK_EVERY_DAYS: variable(count.default(30), {
    group: 'Certificate',
    is: 'every stored file is read again and its SHA-256 checked at least once in this many days',
    takes: 'a whole number from 1',
  }),
  CERT_ISSUER_NAME: variable(text.max(80).default('Certstore'), {
    group: 'Certificate',
    is: 'name of the issuer, printed at the top of every certificate',
    takes: 'text of at most 80 characters',
  }),
  CERT_LOGO_FILE: variable(text.optional(), {
    group: 'Certificate',
    is: 'logo of the issuer',
    takes: 'the path of a PNG or JPEG file',
    otherwise: 'a plain ornament',
  }),
  CERT_SIGNATORY_NAME: variable(text.max(80).optional(), {
    group: 'Certificate',
    is: 'name under the signature line',
    takes: 'text of at most 80 characters',
    otherwise: 'no signature line',
  }),
  CERT_SIGNATORY_TITLE: variable(text.max(80).optional(), {
    group: 'Certificate',
    is: 'position of the signatory',
    takes: 'text of at most 80 characters',
  }),
  CERT_ACCENT_COLOR: variable(
    z
      .string()
      .regex(/^#[0-9a-fA-F]{6}$/)
      .default('#9a7b2f'),
    {
      group: 'Certificate',
      is: 'colour of the frame, ornament and title',
      takes: 'a colour such as #9a7b2f',
    },
  ),
} as const;

export type VariableName = keyof typeof VARIABLES;
export const variablesSchema = z.object(VARIABLES);
export type Variables = z.output<typeof variablesSchema>;
