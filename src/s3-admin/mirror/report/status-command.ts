import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandContext } from '../../command-context.js';
import { EXIT, type ExitCode } from '../../exit-codes.js';
import { runLockHolder } from '../../state/run-lock.js';
import { chosenBuckets } from '../chosen-buckets.js';
import type { Flags } from '../commands.js';
import { readState } from '../open-mirror.js';
import { type MirrorStatus, mirrorStatus } from './status.js';
import { screenful, statusText } from './status-text.js';

const WATCH_MS = 2_000;
const CLEAR_SCREEN = '\x1b[H\x1b[2J';

/** `mirror status [--watch]` */
export async function statusCommand(context: CommandContext, flags: Flags): Promise<ExitCode> {
  const { out, signal, stdout } = context;
  const terminal = stdout as { isTTY?: boolean; rows?: number };
  // Opened again each time: it may be another file by now, or none.
  const status = (): Promise<MirrorStatus> =>
    readState(context, flags, async (state, { stateFile }) =>
      mirrorStatus(state, chosenBuckets(state, flags.bucket), runLockHolder(stateFile)),
    );
  while (flags.watch === true && !out.json && !signal.aborted) {
    const text = statusText(await status());
    stdout.write(
      terminal.isTTY ? `${CLEAR_SCREEN}${screenful(text, terminal.rows ?? Infinity)}\n` : `${text}\n`,
    );
    await sleep(WATCH_MS, undefined, { signal }).catch(() => undefined);
  }
  if (signal.aborted) return EXIT.interrupted;
  const now = await status();
  out.result(now, () => statusText(now));
  return EXIT.done;
}
