import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandContext } from '../command-context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { Flags } from './commands.js';
import { readState } from './open-mirror.js';
import { mirrorStatus, statusText } from './status.js';

const WATCH_MS = 2_000;
const CLEAR_SCREEN = '\x1b[H\x1b[2J';

/** `mirror status [--watch]` */
export function statusCommand(context: CommandContext, flags: Flags): Promise<ExitCode> {
  return readState(context, flags, async (state) => {
    const { out, signal, stdout } = context;
    const terminal = (stdout as { isTTY?: boolean }).isTTY === true;
    while (flags.watch === true && !out.json && !signal.aborted) {
      stdout.write(`${terminal ? CLEAR_SCREEN : ''}${statusText(mirrorStatus(state))}\n`);
      await sleep(WATCH_MS, undefined, { signal }).catch(() => undefined);
    }
    if (signal.aborted) return EXIT.interrupted;
    const status = mirrorStatus(state);
    out.result(status, () => statusText(status));
    return EXIT.done;
  });
}
