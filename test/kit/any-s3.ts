import fc from 'fast-check';
import type { S3Config } from '../../src/config/config.js';
import { makeKey } from '../../src/storage/storage-key.js';

/** What is not drawn. */
export const S3_CONFIG: S3Config = {
  bucket: 'certificates',
  region: 'eu-central-1',
  endpoint: undefined,
  pathStyle: false,
  encryption: 'AES256',
  kmsKeyId: undefined,
  urlLifeSeconds: 600,
  restore: { tier: 'Standard', days: 7 },
  archiveAfterDays: 365,
};

/** Any S3: what a signature is made of, for comparing ours with the SDK's. */
export const anyServer = fc.record({
  bucket: fc.constantFrom('certificates', 'certs.example.com', 'a-b-c-1'),
  region: fc.constantFrom('us-east-1', 'eu-central-1', 'us-gov-west-1', 'cn-north-1'),
  endpoint: fc.constantFrom(
    undefined,
    'http://localhost:7480',
    'https://s3.example.com',
    'https://s3.example.com:8443/base',
  ),
  pathStyle: fc.boolean(),
});

export const anyCredentials = fc.record({
  accessKeyId: fc.string({ minLength: 4, maxLength: 30, unit: fc.constantFrom(...'ABCXYZ0189') }),
  secretAccessKey: fc.string({ minLength: 1, maxLength: 40 }),
  sessionToken: fc.option(fc.base64String({ minLength: 4, maxLength: 400 }), { nil: undefined }),
});

/** Ours, and any other. */
export const anyKey: fc.Arbitrary<string> = fc.oneof(
  fc.date({ noInvalidDate: true }).map((date) => makeKey('png', date)),
  fc
    .array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 4 })
    .map((names) => names.join('/'))
    .filter((key) => !/(^|\/)\.{1,2}(\/|$)/.test(key)),
);

export const anyFileName = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });

export const anyTime = fc.date({
  min: new Date('2020-01-01'),
  max: new Date('2090-01-01'),
  noInvalidDate: true,
});
