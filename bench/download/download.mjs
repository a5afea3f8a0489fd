// Downloads by the running service, beside bare Fastify giving the same answer: local stream, redirect, proxy.
// usage: npm run bench:download [-- SECONDS per measurement]
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
import { signToken } from '../../dist/auth/sign-token.js';
import { loadConfig } from '../../dist/config/config.js';
import { ApiClient } from '../../dist/demo/api-client.js';
import { startGateway } from '../../dist/demo/gateway.js';
import { Service } from '../../dist/demo/service.js';

const SECONDS = Number(process.argv[2] ?? 4);
const ROUNDS = 3;
const CONNECTIONS = 16;
const here = (file) => fileURLToPath(new URL(file, import.meta.url));

const secret = 'a secret for this benchmark, made of enough letters';
const config = loadConfig({ AUTH_JWT_SECRET: secret });
const token = (userId, staff = false) => signToken(config, { sub: userId, roles: staff ? ['staff'] : [] }, '1h');
const authorization = `Bearer ${await token('bench', true)}`;
const folder = mkdtempSync(join(tmpdir(), 'certstore-bench-'));
const gateway = await startGateway();
const running = [];

try {
  const local = await serve('local', { USE_S3_FOR_CERTS: 'false' });
  const s3 = await serve('s3', { USE_S3_FOR_CERTS: 'true' });
  const certificate = await issue(s3);
  const stock = await serve('s3', {
    USE_S3_FOR_CERTS: 'true',
    NODE_OPTIONS: `--import ${new URL('stock-presign.mjs', import.meta.url)}`,
  });
  const stored = await issue(local);
  const file = join(folder, 'local', 'media', stored.files[0].key);
  const presigned = await address(s3, certificate.id);
  const bare = await peers(file, presigned);
  const download = ({ url }, { id }, query = '') => `${url}/api/tournaments/certificates/${id}/download/${query}`;

  await compare('local download', 'Fastify streaming the same file', 0.5, {
    ours: download(local, stored),
    peer: `${bare}/file`,
  });
  await compare('redirect', "Fastify's bare 302", undefined, { ours: download(s3, certificate), peer: `${bare}/redirect` });
  await compare('redirect', 'the same route with getSignedUrl', 3, {
    ours: download(s3, certificate),
    peer: download(stock, certificate),
  });
  await compare('proxy', 'Fastify piping the same object', undefined, {
    ours: download(s3, certificate, '?delivery=proxy'),
    peer: `${bare}/pipe`,
  });
} finally {
  for (const stop of running) await stop();
  await gateway.close();
  rmSync(folder, { recursive: true, force: true });
}

async function serve(name, env) {
  const service = await Service.start({
    DATA_DIR: join(folder, name),
    AUTH_JWT_SECRET: secret,
    WORKER: 'off',
    LOG_LEVEL: 'silent',
    ...gateway.env,
    ...env,
  });
  running.push(() => service.stop());
  await service.untilReady();
  return service;
}

async function issue(service) {
  const api = new ApiClient(service.url, token);
  await api.call('PUT', '/api/tournaments/1/', { name: 'Bench', organizer_id: '1', status: 'completed' }, [200, 201]);
  const participant = { id: '1', user_id: '1', display_name: 'Judit Polgár' };
  return api.call('POST', '/api/tournaments/1/certificates/', { participant, certificate_type: 'winner' }, [200, 201]);
}

async function address(service, id) {
  const url = `${service.url}/api/tournaments/certificates/${id}/download/?delivery=json`;
  return (await (await fetch(url, { headers: { authorization } })).json()).url;
}

async function peers(file, url) {
  const child = spawn(process.execPath, [here('peers.mjs'), file, url], { stdio: ['ignore', 'pipe', 'inherit'] });
  running.push(() => child.kill());
  const port = await new Promise((resolve) => child.stdout.once('data', (data) => resolve(String(data).trim())));
  return `http://127.0.0.1:${port}`;
}

async function rate(url) {
  const { requests, errors, '4xx': refused, '5xx': failed } = await autocannon({
    url,
    connections: CONNECTIONS,
    duration: SECONDS,
    headers: { authorization },
  });
  if (errors + refused + failed > 0) throw new Error(`${url}: ${errors} errors, ${refused} refused, ${failed} failed`);
  return requests.average;
}

/** Turn by turn, so that both meet the same weather; the median of the ratios. */
async function compare(what, peerName, goal, { ours, peer }) {
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push({ ours: await rate(ours), peer: await rate(peer) });
  const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
  const ratio = median(rounds.map((one) => one.ours / one.peer));
  const numbers = `${Math.round(median(rounds.map((one) => one.ours)))}/s beside ${Math.round(median(rounds.map((one) => one.peer)))}/s`;
  console.log(`${what} beside ${peerName}: ${ratio.toFixed(2)} (${numbers})${goal ? `, goal ${goal}` : ''}`);
}
