import { Readable } from 'node:stream';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { HttpResponse } from '@smithy/core/protocols';
import { describeError } from './describe-error.js';
import { S3ReadError } from './mirror/copy/response.js';

test('a name server that does not answer is called by its code, and says what to do', () => {
  const error = Object.assign(new Error('getaddrinfo EAI_AGAIN s3.example'), { code: 'EAI_AGAIN' });
  expect(describeError(error)).toEqual({
    code: 'EAI_AGAIN',
    message: 'EAI_AGAIN: getaddrinfo EAI_AGAIN s3.example',
    next: 'check the network: no DNS server answers',
  });
});

test('a state file that turns out damaged in the middle of a command says what to do', () => {
  const error = Object.assign(new Error('database disk image is malformed'), { code: 'SQLITE_CORRUPT' });
  expect(describeError(error).next).toContain('restore a backup of the state file');
});

test('a state file on a disk that fails while it is written says what to do', () => {
  const error = Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR_WRITE' });
  expect(describeError(error).next).toContain('check the disk of the state file');
});

test.each([
  ['SDK', Object.assign(new Error('UnknownError'), { name: 'Unknown', $metadata: { httpStatusCode: 302 } })],
  ['reader', S3ReadError.of(302, '<html>sign in</html>', 's3:GetObject')],
])('a redirect without a name, seen by the %s: its status, and where to look', (_who, error) => {
  expect(describeError(error)).toEqual({
    code: 'PermanentRedirect',
    message: 'PermanentRedirect (HTTP 302)',
    next: expect.stringContaining('AWS_S3_ENDPOINT_URL') as string,
  });
});

test('a request that Ctrl-C ended was interrupted; nothing is wrong with it', () => {
  const error = Object.assign(new Error('Request aborted'), { name: 'AbortError' });
  expect(describeError(error)).toEqual({ code: 'interrupted', message: 'interrupted', next: 'run it again' });
});

test('what S3 says to the reader of objects is called as what it says to the SDK', () => {
  const body = '<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>';
  expect(describeError(S3ReadError.of(400, body, 's3:GetObject'))).toEqual({
    code: 'ExpiredToken',
    message: 'ExpiredToken: The provided token has expired.',
    next: 'sign in again: the temporary credentials have expired',
  });
});

test('an answer that is cut short or no XML: who may have answered, in one line', async () => {
  const client = new S3Client({
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 's' },
  });
  client.middlewareStack.addRelativeTo(
    () => async () => ({
      response: { statusCode: 200, headers: {}, body: Readable.from(['<ListAllMyBucketsResult><Buck']) },
      output: { $metadata: {} },
    }),
    { relation: 'after', toMiddleware: 'deserializerMiddleware' },
  );
  const error: unknown = await client.send(new ListBucketsCommand()).catch((thrown: unknown) => thrown);
  expect(describeError(error)).toEqual({
    code: 'bad_answer',
    message: expect.stringMatching(/^what answers is not an S3 server \(.+\)$/) as string,
    next: expect.stringContaining('proxy') as string,
  });
});

test.each([
  ['page of a proxy', '<html><body><hr><center>nginx</center></body></html>'],
  ['empty answer', ''],
])('a failing server whose answer is the %s: its status, and that it is the server', async (_, page) => {
  const client = new S3Client({
    ...{ region: 'us-east-1', maxAttempts: 1, endpoint: 'http://127.0.0.1:1' },
    credentials: { accessKeyId: 'a', secretAccessKey: 's' },
    requestHandler: {
      handle: async () => ({
        response: new HttpResponse({ statusCode: 502, headers: {}, body: Readable.from([page]) }),
      }),
    },
  });
  const error: unknown = await client.send(new ListBucketsCommand()).catch((thrown: unknown) => thrown);
  const described = { code: 'HTTP502', next: 'check the server, or the proxy before it; then run it again' };
  expect(describeError(error)).toMatchObject(described);
  expect(describeError(S3ReadError.of(502, page, 's3:GetObject'))).toMatchObject(described);
});
