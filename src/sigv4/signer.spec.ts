import { createHash } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { Sha256 } from '../../test/kit/sdk-sha256.js';
import { Signer } from './signer.js';
import { encodePath } from './uri-encode.js';

const KEYS = ['plain', 'a b/ü', '../x', '//', "it's(1)*!~", '😀', 'a+b&c=d', '%2e', 'ctl\x01', 'trailing/'];
const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'token/+=' };

test.each(KEYS)('signs a GET of %j as the SDK does', async (key) => {
  const path = `/bucket/${encodePath(key)}`;
  const query = { versionId: 'v/1+=', partNumber: '2' };
  const now = new Date('2024-02-29T12:34:56.789Z');
  const headers = { range: 'bytes=0-9', 'if-match': '"e"', 'x-amz-checksum-mode': 'ENABLED' };
  const ours = new Signer('eu-central-1').sign(
    { method: 'GET', host: 'host:9000', path, query, headers },
    credentials,
    now,
  );
  const theirs = await new SignatureV4({
    ...{ service: 's3', region: 'eu-central-1', credentials, sha256: Sha256, uriEscapePath: false },
  }).sign(
    {
      ...{ method: 'GET', protocol: 'http:', hostname: 'host', port: 9000, path, query },
      headers: { ...headers, host: 'host:9000', 'x-amz-content-sha256': createHash('sha256').digest('hex') },
    },
    { signingDate: now },
  );
  expect(ours.headers.authorization).toBe(theirs.headers.authorization);
});

test('the key of a day serves that day and those credentials only', () => {
  const signer = new Signer('us-east-1');
  const request = { method: 'GET' as const, host: 'h', path: '/b/k', query: {}, headers: {} };
  const sign = (secretAccessKey: string, day: string) =>
    signer.sign(request, { accessKeyId: 'a', secretAccessKey }, new Date(day)).headers.authorization;
  const first = sign('one', '2024-01-01');
  expect(sign('two', '2024-01-01')).not.toBe(first);
  expect(sign('one', '2024-01-02')).not.toBe(first);
  expect(sign('one', '2024-01-01')).toBe(first);
});
