// Lists one bucket into a state file with the compiled program and prints the objects listed and the peak memory.
import '../../dist/process/collect-early.js';
import { readFileSync } from 'node:fs';
import { Clients } from '../../dist/s3-admin/aws/clients.js';
import { Names } from '../../dist/s3-admin/mirror/names/names.js';
import { Scan } from '../../dist/s3-admin/mirror/scan/scan.js';
import { State } from '../../dist/s3-admin/state/state.js';

const state = State.open(process.argv[2]);
const clients = new Clients({ ...process.env, AWS_S3_REGION_NAME: 'us-east-1' });
const names = new Names(state, { portable: false });
const bucket = state.buckets.add('made-up', null);
const { signal } = new AbortController();
await new Scan({ state, names, clients, concurrency: 8, round: 1, signal }, [bucket]).run();
const { error } = state.buckets.byName('made-up');
if (error) throw new Error(error);
const listed = state.tallies.count(['pending']).files;
// Not maxRSS: a child's begins with what its parent held.
const kib = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))[1];
process.stdout.write(JSON.stringify({ listed, mib: Math.round(kib / 1024) }));
state.close();
clients.close();
