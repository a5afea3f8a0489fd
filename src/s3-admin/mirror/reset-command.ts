import { rmSync } from 'node:fs';
import type { CommandContext } from '../command-context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { takeRunLock } from '../state/run-lock.js';
import { State } from '../state/state.js';
import { type Count, sum } from '../state/tallies.js';
import { ToolError } from '../tool-error.js';
import { Questions } from './ask.js';
import type { Flags } from './commands.js';
import { checkStateFile } from './inside-root.js';
import { bytesText } from './bytes-text.js';
import { mirrorSettings } from './settings.js';

/** `mirror reset`: the state is forgotten, the copies stay. */
export async function resetCommand(context: CommandContext, flags: Flags): Promise<ExitCode> {
  if (flags.bucket !== undefined) {
    throw new ToolError(
      'not_by_bucket',
      'reset forgets the whole mirror, not one bucket',
      'leave out --bucket',
    );
  }
  const settings = mirrorSettings(context.env, flags);
  const { stateFile } = settings;
  checkStateFile(settings);
  const known = count(stateFile);
  const release = takeRunLock(stateFile);
  let go: boolean;
  try {
    go = await confirmed(context, stateFile, known);
    // While the lock is held: whoever gets it next opens the state after that. The lock's own file stays, or two could
    // hold a lock each.
    if (go) for (const suffix of ['', '-wal', '-shm']) rmSync(`${stateFile}${suffix}`, { force: true });
  } finally {
    release();
  }
  const forgotten = go ? known.files : 0;
  context.out.result({ reset: go, stateFile, forgotten }, () =>
    go ? `forgotten: ${forgotten} objects` : 'nothing was changed',
  );
  return go ? EXIT.done : EXIT.none;
}

function count(stateFile: string): Count {
  const state = State.open(stateFile, { mustExist: true });
  try {
    return sum(state.tallies.of());
  } finally {
    state.close();
  }
}

async function confirmed(context: CommandContext, stateFile: string, known: Count): Promise<boolean> {
  const questions = new Questions(context);
  const answer = await questions.ask(
    `Forget the state of ${known.files} objects (${bytesText(known.bytes)}) in ${stateFile}?\n` +
      'The copies stay; the next run compares each with S3 instead of copying it. Type "reset" to continue: ',
  );
  questions.close();
  return answer === 'reset';
}
