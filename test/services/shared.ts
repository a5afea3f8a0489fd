import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { claim } from './claim.mjs';
import { runFolder } from './run-folder.js';

type Outcome<Facts> = { facts: Facts } | { error: string };

/**
 * Starts a server once for the whole run, in whichever process asks first; the others wait and get the same facts.
 * A failed start fails them all at once with the same message.
 *
 * @param start gets a folder for the server; what it returns goes through JSON
 */
export async function shared<Facts>(name: string, start: (folder: string) => Promise<Facts>): Promise<Facts> {
  const folder = join(runFolder(), name);
  const outcomeFile = join(runFolder(), `${name}.json`);
  for (;;) {
    const outcome = read<Outcome<Facts>>(outcomeFile);
    if (outcome && 'facts' in outcome) return outcome.facts;
    if (outcome) throw new Error(outcome.error);
    if (claim(`${outcomeFile}.lock`)) {
      mkdirSync(folder, { recursive: true });
      const result = await start(folder).then(
        (facts): Outcome<Facts> => ({ facts }),
        (error: unknown): Outcome<Facts> => ({ error: `${name}: ${(error as Error).message}` }),
      );
      writeFileSync(`${outcomeFile}.new`, JSON.stringify(result));
      renameSync(`${outcomeFile}.new`, outcomeFile);
    } else {
      await sleep(50);
    }
  }
}

function read<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch {
    return undefined; // not there yet, or being written
  }
}
