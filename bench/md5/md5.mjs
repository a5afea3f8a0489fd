// Processor time for the MD5s of a multipart upload's parts: eight at once, as the mirror takes them, beside one after the other by
// Node's own (OpenSSL). npm run bench:md5
import { createHash, randomBytes } from 'node:crypto';
import { LANES, Md5Lanes } from '../../dist/s3-admin/mirror/content/md5-lanes.js';

const ROUNDS = 5;
const PART = 8 << 20;
const GOAL = 2;

const parts = Array.from({ length: LANES }, () => randomBytes(PART));
const lanes = new Md5Lanes();
const ours = () =>
  lanes
    .hash(
      parts.map((part) => part.length),
      (lane, into, position) => parts[lane].copy(into, 0, position, position + into.length),
    )
    .map((digest) => digest.toString('hex'));
const theirs = () => parts.map((part) => createHash('md5').update(part).digest('hex'));

function gigabytesPerSecond(hash) {
  const begun = process.cpuUsage();
  for (let i = 0; i < 4; i++) hash();
  const { user, system } = process.cpuUsage(begun);
  return (4 * LANES * PART) / (user + system) / 1000;
}

if (ours().join() !== theirs().join()) throw new Error('the digests differ');
const ratios = [];
for (let round = 1; round <= ROUNDS; round++) {
  const [own, node] = [gigabytesPerSecond(ours), gigabytesPerSecond(theirs)];
  ratios.push(own / node);
  console.log(`round ${round}: ${own.toFixed(2)} GB a second of processor time, node:crypto ${node.toFixed(2)}`);
}
const median = ratios.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)];
console.log(`md5: ${median.toFixed(1)} times node:crypto (median of ${ROUNDS}; goal: ${GOAL})`);
process.exitCode = median >= GOAL ? 0 : 1;
