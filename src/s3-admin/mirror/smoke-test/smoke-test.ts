import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeError } from '../../describe-error.js';
import { concernsEveryBucket } from '../../error-code.js';
import { Clients } from '../../aws/clients.js';
import type { CommandContext } from '../../command-context.js';
import { EXIT, type ExitCode } from '../../exit-codes.js';
import type { Flags } from '../commands.js';
import { removeBucket } from './cleanup.js';
import { noteBucket, removeLeftovers, SMOKE_TEST } from './leftovers.js';
import { pipeline } from './pipeline.js';

interface Step {
  step: string;
  ok: boolean;
  detail: string;
}

/**
 * `mirror smoke-test`: the whole pipeline on a bucket of its own, in a folder of its own. The SHA-256 of everything
 * uploaded is compared with the files on disk, independently of what the mirror reports. Cleans up whatever happens; if
 * it is killed, the next one does.
 */
export async function smokeTest(context: CommandContext, flags: Flags): Promise<ExitCode> {
  const bucket = `${SMOKE_TEST}${randomUUID().slice(0, 18)}`;
  const root = await mkdtemp(join(tmpdir(), SMOKE_TEST));
  const clients = new Clients(context.env);
  const steps: Step[] = [];
  const tell = (text: string) => context.out.message(text);
  const note = (outcome: Step) => {
    steps.push(outcome);
    tell(`${outcome.ok ? 'ok  ' : 'FAIL'} ${outcome.step}: ${outcome.detail}`);
  };
  const step = async (name: string, work: () => Promise<string>): Promise<void> => {
    try {
      note({ step: name, ok: true, detail: await work() });
    } catch (error) {
      const { message, next } = describeError(error);
      note({ step: name, ok: false, detail: next ? `${message} (${next})` : message });
      throw error;
    }
  };
  let made = true;
  try {
    await removeLeftovers(clients, tell);
    await noteBucket(root, bucket, clients);
    await pipeline(context, { ...flags, root, state: join(root, 'state.db') }, clients, bucket, root, step);
  } catch (error) {
    if (steps.every(({ ok }) => ok)) throw error;
    made = steps.length > 1 || !concernsEveryBucket(describeError(error).code);
  } finally {
    const left =
      made && (await removeBucket(clients, bucket).catch((error: unknown) => describeError(error)));
    await rm(root, { recursive: true, force: true });
    if (left) {
      await mkdir(root, { mode: 0o700 });
      await noteBucket(root, bucket, clients);
      const detail = `${bucket} is left: ${left.message} (the next smoke test here tries again)`;
      note({ step: 'clean up', ok: false, detail });
    }
    clients.close();
  }
  const ok = steps.every((one) => one.ok);
  context.out.result({ ok, bucket, steps }, () => (ok ? 'smoke test passed' : 'smoke test FAILED'));
  if (ok) return EXIT.done;
  return steps[0]?.ok ? EXIT.some : EXIT.none;
}
