import { resolve } from 'node:path';
import type { CommandContext } from '../../command-context.js';
import { EXIT, type ExitCode } from '../../exit-codes.js';
import { table } from '../../output.js';
import type { BucketRow } from '../../state/buckets.js';
import { LOCK_FILES } from '../../state/run-lock.js';
import type { State } from '../../state/state.js';
import { ToolError } from '../../tool-error.js';
import { chosenBuckets } from '../chosen-buckets.js';
import type { Flags } from '../commands.js';
import { bytesText } from '../bytes-text.js';
import { readState } from '../open-mirror.js';
import { Records, timeText } from './records.js';

/** `mirror report`: the record of provenance. */
export function reportCommand(context: CommandContext, flags: Flags): Promise<ExitCode> {
  return readState(context, flags, async (state, { stateFile }) => {
    const chosen = chosenBuckets(state, flags.bucket);
    const target = typeof flags.export === 'string' ? flags.export : undefined;
    const records = new Records(state, chosen, context.signal);
    if (target === '-') {
      await records.writeTo(context.stdout);
      return EXIT.done;
    }
    if (target !== undefined) {
      refuseState(target, stateFile);
      await records.writeToFile(target);
    }
    const buckets = chosen.map((bucket) => summary(state, bucket));
    const document = {
      root: state.metadata.get('root'),
      source: state.metadata.get('source'),
      names: state.metadata.get('names'),
      buckets,
      ...(target !== undefined && { exported: records.written, file: target }),
    };
    context.out.result(document, () =>
      [
        `Copies of ${document.source} in ${document.root}`,
        table(
          ['Bucket', 'State', 'Versions', 'Compared with', 'Objects', 'Size'],
          buckets.flatMap(({ bucket, counts }) =>
            counts.map((row) => [
              bucket,
              row.state,
              row.latest ? 'current' : 'older',
              row.proof,
              String(row.files),
              bytesText(row.bytes),
            ]),
          ),
        ),
        ...(target === undefined ? [] : [`${records.written} objects written to ${target}`]),
      ].join('\n'),
    );
    return EXIT.done;
  });
}

function refuseState(target: string, stateFile: string): void {
  const own = ['', '-wal', '-shm', ...LOCK_FILES].map((suffix) => `${stateFile}${suffix}`);
  if (!own.includes(resolve(target))) return;
  throw new ToolError(
    'bad_export',
    `--export ${target}: that is the state file itself`,
    'choose another file: the record is read from this one',
  );
}

function summary(state: State, bucket: BucketRow) {
  const counts = state.tallies.of(bucket.id).map((tally) => ({
    ...tally,
    proof:
      tally.state === 'marker'
        ? '-'
        : tally.proof === 'none'
          ? 'size only'
          : tally.proof || 'not compared yet',
  }));
  return {
    bucket: bucket.name,
    listedAt: timeText(bucket.scannedAt),
    verifiedAt: timeText(bucket.verifiedAt),
    deletedAt: timeText(bucket.deletedAt),
    versioning: bucket.versioning || 'off',
    extraFiles: bucket.extraFiles,
    counts,
  };
}
