import type { CommandContext } from '../../command-context.js';
import { EXIT, type ExitCode } from '../../exit-codes.js';
import type { BucketRow } from '../../state/buckets.js';
import { sum } from '../../state/tallies.js';
import { Questions } from '../ask.js';
import { BucketsOfRun } from '../buckets-of-run.js';
import { chosenBuckets, refuseExcluded } from '../chosen-buckets.js';
import type { Flags } from '../commands.js';
import type { Mirror } from '../mirror.js';
import { withKnownMirror } from '../open-mirror.js';
import { confirmationBox } from './confirmation-box.js';
import type { Deletion } from './deletion.js';
import { verifyBucket } from '../verify/verify-bucket.js';
import { emptyBucket } from './empty-bucket.js';
import { keepsChangeTime } from './keeps-change-time.js';
import { type Survey, survey } from './survey.js';

type Outcome = { survey: Survey } & (
  | { outcome: 'refused' | 'declined' }
  | { outcome: 'deleted' | 'stopped'; deletion: Deletion }
);

/** `mirror delete BUCKET…` */
export async function deleteCommand(
  context: CommandContext,
  names: string[],
  flags: Flags,
): Promise<ExitCode> {
  return withKnownMirror(context, flags, async (mirror) => {
    refuseExcluded(names, mirror.settings.excludedBuckets);
    const buckets = chosenBuckets(mirror.state, names);
    const outcomes = await deleteEach(context, mirror, buckets, flags.keepBucket === true);
    context.out.result({ buckets: outcomes }, () => outcomes.map(outcomeText).join('\n'));
    return exitCode(outcomes);
  });
}

/** `mirror --delete`: after the round, for each verified bucket. */
export async function offerDeletion(
  context: CommandContext,
  mirror: Mirror,
  flags: Flags,
): Promise<ExitCode> {
  const buckets = new BucketsOfRun(mirror, flags.bucket)
    .all()
    .filter(({ verifiedAt }) => verifiedAt !== null);
  const outcomes = await deleteEach(context, mirror, buckets, flags.keepBucket === true);
  for (const outcome of outcomes) context.out.message(outcomeText(outcome));
  return outcomes.some(({ outcome }) => outcome === 'stopped' || outcome === 'refused')
    ? EXIT.some
    : EXIT.done;
}

export async function deleteEach(
  context: CommandContext,
  mirror: Mirror,
  buckets: BucketRow[],
  keepBucket: boolean,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const questions = new Questions(context);
  const readBack = buckets.length > 0 && !(await keepsChangeTime(mirror.work));
  try {
    for (const bucket of buckets) {
      if (context.signal.aborted) break;
      const found = await surveyCopiesToo(mirror, bucket, readBack);
      context.stderr.write(`${confirmationBox(found, keepBucket)}\n`);
      if (found.refusals.length > 0) {
        outcomes.push({ survey: found, outcome: 'refused' });
        continue;
      }
      const answer = await questions.ask(
        'Type the name of the bucket to delete it, anything else to keep it: ',
      );
      if (answer !== bucket.name) {
        outcomes.push({ survey: found, outcome: 'declined' });
        continue;
      }
      mirror.progress.begin('delete', {
        files: found.current.files + found.older.files + found.markers,
        bytes: 0,
      });
      const client = await mirror.clients.s3For(bucket.name);
      const deletion = await emptyBucket(mirror, bucket, client, found, keepBucket);
      mirror.progress.end();
      outcomes.push({
        survey: found,
        outcome: deletion.stopped === undefined ? 'deleted' : 'stopped',
        deletion,
      });
    }
  } finally {
    questions.close();
  }
  return outcomes;
}

/** @param readBack the disk can't tell which copies are unchanged since they were read back: all are read once more */
async function surveyCopiesToo(mirror: Mirror, bucket: BucketRow, readBack: boolean): Promise<Survey> {
  if (!readBack || bucket.goneAt !== null) return survey(mirror, bucket);
  mirror.progress.begin(
    'verify',
    sum(mirror.state.tallies.of(bucket.id).filter(({ proof }) => proof !== '')),
  );
  await verifyBucket(mirror, bucket, 'all');
  mirror.progress.end();
  return survey(mirror, mirror.state.buckets.byName(bucket.name) ?? bucket);
}

function outcomeText(outcome: Outcome): string {
  const { bucket, refusals } = outcome.survey;
  if (outcome.outcome === 'refused')
    return `${bucket}: not deleted\n${refusals.map((line) => `  ${line}`).join('\n')}`;
  if (outcome.outcome === 'declined') return `${bucket}: kept`;
  if (!('deletion' in outcome)) return bucket;
  const { deletion } = outcome;
  const counts = `${deletion.deleted} versions, ${deletion.markers} delete markers and ${deletion.uploadsAborted} uploads deleted`;
  return [
    `${bucket}: ${counts}${deletion.bucketDeleted ? ', and the bucket' : ''}`,
    ...(deletion.stopped === undefined ? [] : [`  stopped: ${deletion.stopped}`]),
    ...deletion.failures.map(({ key, version, error }) => `  ${JSON.stringify(key)} ${version}: ${error}`),
  ].join('\n');
}

function exitCode(outcomes: Outcome[]): ExitCode {
  if (outcomes.every(({ outcome }) => outcome === 'deleted')) return EXIT.done;
  return outcomes.some(({ outcome }) => outcome === 'deleted' || outcome === 'stopped')
    ? EXIT.some
    : EXIT.none;
}
