import { whole } from '../../../config/whole-number.js';
import { adviceForKept } from '../../error-advice.js';
import type { CommandContext } from '../../command-context.js';
import type { ObjectRow } from '../../state/object-row.js';
import { EXIT, type ExitCode } from '../../exit-codes.js';
import { ToolError } from '../../tool-error.js';
import { chosenBuckets } from '../chosen-buckets.js';
import type { Flags } from '../commands.js';
import { countFailed, failedObjects } from './failed-objects.js';
import { readState } from '../open-mirror.js';

/** `mirror errors`: exit 1 where there are some. */
export function errorsCommand(context: CommandContext, flags: Flags): Promise<ExitCode> {
  const { data: limit } = whole(1).safeParse(flags.limit);
  if (limit === undefined) {
    throw new ToolError(
      'bad_limit',
      `--limit: got ${JSON.stringify(flags.limit)}`,
      'set it to a whole number from 1',
    );
  }
  return readState(context, flags, async (state) => {
    const errors: { bucket: string; key: string; version: string; error: string | null; next: string }[] = [];
    const buckets = chosenBuckets(state, flags.bucket);
    const total = buckets.reduce((sum, { id }) => sum + countFailed(state, id), 0);
    for (const bucket of buckets) {
      for (const row of failedObjects(state, bucket.id, limit - errors.length)) {
        const { key, version, error } = row;
        errors.push({ bucket: bucket.name, key, version, error, next: adviceFor(row) });
      }
    }
    const bucketErrors = buckets
      .filter(({ error }) => error !== null)
      .map(({ name, error }) => ({ bucket: name, error }));
    context.out.result({ total, errors, bucketErrors }, () =>
      [
        ...bucketErrors.map(({ bucket, error }) => `${bucket}: ${error}`),
        ...errors.map(({ bucket, key, error }) => `${bucket} ${JSON.stringify(key)}: ${error}`),
        ...new Set(errors.filter(({ next }) => next).map(({ next }) => `  next: ${next}`)),
        total > errors.length ? `${errors.length} of ${total} shown` : `${total} failed`,
      ].join('\n'),
    );
    return total + bucketErrors.length > 0 ? EXIT.some : EXIT.done;
  });
}

function adviceFor({ state, error }: ObjectRow): string {
  if (state !== 'failed') return 'S3 has it no more: put the file back, then run `mirror verify`';
  return adviceForKept(error ?? '') || 'run `mirror retry`, which copies it again';
}
