import { rmSync } from 'node:fs';
import type { CommandContext } from '../command-context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { sum } from '../state/tallies.js';
import { Questions } from './ask.js';
import type { Flags } from './commands.js';
import { bytesText } from './mirror.js';
import { withMirror } from './open-mirror.js';

/** `mirror reset`: the state is forgotten, the copies stay. */
export async function resetCommand(context: CommandContext, flags: Flags): Promise<ExitCode> {
  const answer = await withMirror(context, flags, async ({ state, settings }) => {
    const known = sum(state.tallies.of());
    const questions = new Questions(context);
    const text = await questions.ask(
      `Forget what is known of ${known.files} objects (${bytesText(known.bytes)}) in ${settings.stateFile}?\n` +
        'The copies stay; the next run compares each with S3 instead of copying it. Type "reset" to go on: ',
    );
    questions.close();
    return { go: text === 'reset', stateFile: settings.stateFile, forgotten: known.files };
  });
  if (answer.go) {
    for (const suffix of ['', '-wal', '-shm', '-lock'])
      rmSync(`${answer.stateFile}${suffix}`, { force: true });
  }
  context.out.result(
    { reset: answer.go, stateFile: answer.stateFile, forgotten: answer.go ? answer.forgotten : 0 },
    () => (answer.go ? `forgotten: ${answer.forgotten} objects` : 'nothing was changed'),
  );
  return answer.go ? EXIT.done : EXIT.none;
}
