// Processor time to receive answers, nothing done with their bytes: the mirror's connection beside undici, from one server.
// npm run bench:receive
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';
import { Connections } from '../../dist/s3-admin/mirror/copy/connections.js';

const ROUNDS = 3;
const LOADS = [
  { name: '5,000 x 10 KiB', size: 10 << 10, count: 5_000, atOnce: 16, goal: 1 },
  { name: '2 x 1 GiB', size: 1 << 30, count: 2, atOnce: 2, goal: 4 },
];

const server = spawn(process.execPath, [fileURLToPath(new URL('server.mjs', import.meta.url))], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const origin = new URL(`http://127.0.0.1:${String((await once(server.stdout, 'data'))[0]).trim()}`);
const connections = new Connections({ timeout: 60_000 });
const pool = new Pool(origin.origin, { connections: 16, pipelining: 1 });

async function ours(size) {
  let received = 0;
  await connections.send(origin, `GET /${size} HTTP/1.1\r\nhost: ${origin.host}\r\n\r\n`, false, {
    head: () => {},
    bytes: (chunk) => void (received += chunk.length),
  });
  return received;
}

async function theirs(size) {
  const { body } = await pool.request({ path: `/${size}`, method: 'GET' });
  let received = 0;
  for await (const chunk of body) received += chunk.length;
  return received;
}

async function cpuSeconds(receive, { size, count, atOnce }) {
  const begun = process.cpuUsage();
  let asked = 0;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (asked++ < count) if ((await receive(size)) !== size) throw new Error('bytes are missing');
    }),
  );
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1e6;
}

for (const load of LOADS) {
  await cpuSeconds(ours, { ...load, count: Math.ceil(load.count / 10) });
  await cpuSeconds(theirs, { ...load, count: Math.ceil(load.count / 10) });
  const ratios = [];
  for (let round = 1; round <= ROUNDS; round++) {
    const [own, peer] = [await cpuSeconds(ours, load), await cpuSeconds(theirs, load)];
    ratios.push(peer / own);
    console.log(`${load.name}, round ${round}: ${own.toFixed(2)} s of processor time, undici ${peer.toFixed(2)} s`);
  }
  const median = ratios.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)];
  console.log(`${load.name}: undici takes ${median.toFixed(1)} times as much (median of ${ROUNDS}; goal: ${load.goal})`);
  if (median < load.goal) process.exitCode = 1;
}
connections.close();
await pool.close();
server.kill();
