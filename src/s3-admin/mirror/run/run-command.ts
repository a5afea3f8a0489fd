import type { CommandContext } from '../../command-context.js';
import { EXIT, type ExitCode } from '../../exit-codes.js';
import { chosenBuckets } from '../chosen-buckets.js';
import type { Flags } from '../commands.js';
import { offerDeletion } from '../delete/delete-command.js';
import { bytesText } from '../bytes-text.js';
import type { Mirror } from '../mirror.js';
import { withKnownMirror, withMirror } from '../open-mirror.js';
import { Run } from './run.js';
import type { RunResult } from './run-result.js';

/** `mirror`: runs or resumes a round. */
export async function runCommand(context: CommandContext, flags: Flags): Promise<ExitCode> {
  return withMirror(context, flags, async (mirror) => {
    const result = await new Run(mirror, { only: flags.bucket, wait: flags.wait !== false }).run();
    const code = report(context, mirror, result);
    if (flags.delete !== true || context.signal.aborted) return code;
    const deleted = await offerDeletion(context, mirror, flags);
    return Math.max(code, deleted) as ExitCode;
  });
}

/** `mirror retry`: the same for what failed. */
export async function retryCommand(context: CommandContext, flags: Flags): Promise<ExitCode> {
  return withKnownMirror(context, flags, async (mirror) => {
    const buckets = chosenBuckets(mirror.state, flags.bucket);
    const queued = mirror.state.transaction(() =>
      buckets.reduce((total, { id }) => total + mirror.state.objects.retryFailed(id), 0),
    );
    context.out.message(`failed objects to be tried again: ${queued}`);
    const result = await new Run(mirror, {
      only: flags.bucket,
      wait: flags.wait !== false,
      rescan: false,
    }).run();
    return report(context, mirror, result);
  });
}

function report({ out }: CommandContext, mirror: Mirror, result: RunResult): ExitCode {
  const extra = result.verified.reduce((total, one) => total + one.extra, 0);
  const done = result.failed === 0 && result.archived === 0 && result.bucketErrors.length === 0;
  out.result({ ...result, root: mirror.settings.root, done }, () =>
    [
      `${result.phase === 'complete' ? 'Round' : 'Interrupted in'} ${result.phase === 'complete' ? `${result.round} complete` : result.phase}`,
      `  listed   ${result.scan.listed} (${result.scan.added} new, ${result.scan.changed} changed, ${result.scan.gone} gone)`,
      `  copied   ${result.copied.files} (${bytesText(result.copied.bytes)})`,
      `  verified ${proofText(result)}`,
      ...(extra > 0 ? [`  extra    ${extra}: they belong to no object, see \`mirror verify\``] : []),
      ...(result.failed > 0
        ? [`  failed   ${result.failed}: see \`mirror errors\`, then \`mirror retry\``]
        : []),
      ...(result.archived > 0
        ? [`  archived ${result.archived}: run it again when they are restored, see \`mirror status\``]
        : []),
      ...result.bucketErrors.map(({ bucket, error }) => `  ${bucket}: ${error}`),
      ...(result.resumed && result.phase === 'complete'
        ? ['  an earlier run started this listing: run it again for objects added since']
        : []),
      ...(done && result.phase === 'complete' && result.copied.files === 0 ? ['  nothing to do'] : []),
    ].join('\n'),
  );
  return done ? EXIT.done : EXIT.some;
}

/** `12 by md5, 3 by md5-parts, 1 by size only` */
function proofText({ verified }: RunResult): string {
  const counts = new Map<string, number>();
  for (const { right } of verified) {
    for (const [proof, count] of Object.entries(right)) counts.set(proof, (counts.get(proof) ?? 0) + count);
  }
  const parts = [...counts].map(([proof, count]) => `${count} by ${proof === 'none' ? 'size only' : proof}`);
  return parts.join(', ') || '0';
}
