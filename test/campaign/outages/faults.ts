import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, FaultProxy } from '../../services/index.js';

/** Certificates have 30 to 200 kB: these break off before, within and after a file. */
const S3_FAULTS: Fault[] = [
  { kind: 'none' },
  { kind: 'none' },
  { kind: 'refuse' },
  { kind: 'hang' },
  { kind: 'delay', ms: 300 },
  { kind: 'cut', afterBytes: 200 },
  { kind: 'cut', afterBytes: 20_000 },
  { kind: 'cut-request', afterBytes: 30_000 },
  { kind: 'lose-answers', left: 6 },
  { kind: 'damage-request', atByte: 300 },
  { kind: 'damage-request', atByte: 20_000 },
  { kind: 'throttle', bytesPerSecond: 30_000 },
];
const DATABASE_FAULTS: Fault[] = [
  { kind: 'refuse' },
  { kind: 'hang' },
  { kind: 'lose-answers', left: 5 },
  { kind: 'cut', afterBytes: 5_000 },
];

export const oneOf = <T>(all: readonly T[]): T => all[Math.floor(Math.random() * all.length)] as T;

/** Breaks the ways to S3 and to the database in every manner, at random; in the end both are whole. */
export async function breakForAWhile(
  s3: FaultProxy,
  database: FaultProxy,
  seconds: number,
): Promise<Record<string, number>> {
  const happened: Record<string, number> = {};
  const set = (name: string, proxy: FaultProxy, fault: Fault): void => {
    const key = `${name} ${fault.kind}`;
    happened[key] = (happened[key] ?? 0) + 1;
    proxy.set({ ...fault }); // a proxy counts down in it
  };
  for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
    set('S3', s3, oneOf(S3_FAULTS));
    if (Math.random() < 0.35) {
      set('database', database, oneOf(DATABASE_FAULTS));
      await sleep(300 + Math.random() * 1500);
      mend(database);
    }
    await sleep(500 + Math.random() * 3000);
  }
  mend(s3);
  mend(database);
  return happened;
}

/** What hung goes on hanging after a fault has passed, unless it is cut. */
function mend(proxy: FaultProxy): void {
  proxy.set({ kind: 'none' });
  proxy.cutAll();
}
