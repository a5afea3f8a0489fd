import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { freePort, services } from '../services/index.js';

/** Runs the compiled program. */
function start(endpoint: string, ...argv: string[]) {
  const child = spawn(process.execPath, ['dist/s3-admin/cli.js', ...argv], {
    env: {
      ...{ PATH: process.env.PATH, AWS_REGION: 'us-east-1', AWS_S3_ENDPOINT_URL: endpoint },
      ...{
        AWS_ACCESS_KEY_ID: 'a',
        AWS_SECRET_ACCESS_KEY: 'b',
        NODE_DEBUG: argv.includes('--help') ? 'module' : '',
      },
    },
  });
  const ended = Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]).then(
    ([[code], stdout, stderr]) => ({ code: code as number, stdout, stderr }),
  );
  return { child, ended };
}

test('--help does not load the AWS SDK', async () => {
  const { code, stdout, stderr } = await start('', 'policy', '--help').ended;
  expect([code, stdout]).toEqual([0, expect.stringContaining('rollback')]);
  expect(stderr).toContain('commander');
  expect(stderr).not.toContain('@aws-sdk');
});

test('a server that is not there: what to check, no stack trace, exit code 2, one JSON document', async () => {
  const { code, stdout, stderr } = await start(`http://127.0.0.1:${await freePort()}`, 'info', '--json')
    .ended;
  expect(code).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'ECONNREFUSED' } });
  expect(stderr).toMatch(/^error: ECONNREFUSED.*\n {2}next: check AWS_S3_ENDPOINT_URL.*\n$/);
});

test('a server of one’s own without its authority, and https:// where it speaks http://: what to set', async () => {
  const { endpoint, tlsEndpoint } = await services.radosgw();
  const unknown = await start(tlsEndpoint, 'info').ended;
  expect([unknown.code, unknown.stderr]).toEqual([
    2,
    expect.stringMatching(/error: DEPTH_ZERO_SELF_SIGNED_CERT: .*\n {2}next: .*AWS_CA_BUNDLE/),
  ]);
  const plain = await start(endpoint.replace('http:', 'https:'), 'info').ended;
  expect([plain.code, plain.stderr]).toEqual([2, expect.stringMatching(/EPROTO.*\n {2}next: .*http:\/\//)]);
});

test('Ctrl-C ends it with 130 and one JSON document, though the server never answers', async () => {
  const server = createServer(() => {}).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const { child, ended } = start(`http://127.0.0.1:${port}`, 'info', '--json');
  const [socket] = await once(server, 'connection');
  child.kill('SIGINT');
  const { code, stdout } = await ended;
  expect([code, JSON.parse(stdout)]).toMatchObject([130, { error: { code: 'interrupted' } }]);
  (socket as { destroy(): void }).destroy();
  server.close();
});
