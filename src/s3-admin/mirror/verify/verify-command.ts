import type { CommandContext } from '../../command-context.js';
import { EXIT, type ExitCode } from '../../exit-codes.js';
import { table } from '../../output.js';
import { sum } from '../../state/tallies.js';
import { chosenBuckets } from '../chosen-buckets.js';
import type { Flags } from '../commands.js';
import { withKnownMirror } from '../open-mirror.js';
import { type Verification, verifyBucket } from './verify-bucket.js';

/** `mirror verify`: reads every copy back. Needs no connection: S3's checksums are in the state. */
export async function verifyCommand(context: CommandContext, flags: Flags): Promise<ExitCode> {
  return withKnownMirror(context, flags, async (mirror) => {
    const { state, progress, signal } = mirror;
    const buckets = chosenBuckets(state, flags.bucket);
    progress.begin(
      'verify',
      sum(buckets.flatMap(({ id }) => state.tallies.of(id).filter(({ proof }) => proof !== ''))),
    );
    const results: Verification[] = [];
    for (const bucket of buckets) {
      if (!signal.aborted) results.push(await verifyBucket(mirror, bucket, 'all'));
    }
    progress.end();
    context.out.result({ buckets: results }, () => verificationTable(results));
    return results.every(({ wrong, notCopied }) => wrong === 0 && notCopied === 0) ? EXIT.done : EXIT.some;
  });
}

function verificationTable(results: Verification[]): string {
  const rows = results.map((one) => [
    one.bucket,
    Object.entries(one.right)
      .map(([proof, count]) => `${count} ${proof === 'none' ? 'size only' : proof}`)
      .join(', ') || '0',
    String(one.wrong),
    String(one.notCopied),
    String(one.extra),
  ]);
  const extras = results.flatMap(({ bucket, extraPaths }) =>
    extraPaths.map((path) => `extra: ${bucket}/${path}`),
  );
  return [table(['Bucket', 'Right, by', 'Wrong', 'Not copied', 'Extra'], rows), ...extras].join('\n');
}
