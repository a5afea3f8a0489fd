import { describeError } from '../describe-error.js';
import { concernsEveryBucket } from '../error-code.js';
import type { CommandContext } from '../command-context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { table } from '../output.js';
import type { Loss } from './lockout.js';

/**
 * The outcome for one bucket.
 *
 * | status | means |
 * |---|---|
 * | written | its policy file was written |
 * | same / differs | the file and the policy in force say the same, or not |
 * | unchanged | the policy in force is already the same |
 * | planned | would be done with `--execute` |
 * | applied / rolled_back | done, and read back |
 * | refused | would lock somebody out; nothing was done |
 * | failed | an error; `detail` says whether anything was done |
 */
export interface BucketResult {
  bucket: string;
  status:
    | 'written'
    | 'same'
    | 'differs'
    | 'unchanged'
    | 'planned'
    | 'applied'
    | 'rolled_back'
    | 'refused'
    | 'failed';
  detail: string;
  code?: string;
  next?: string;
  losses?: Loss[];
  warnings?: string[];
  /** Unified diff from the policy in force to the new one. */
  diff?: string;
}

/** One bucket's error ends only that bucket. */
export function failed(bucket: string, error: unknown): BucketResult {
  const { code, message, next } = describeError(error);
  return { bucket, status: 'failed', code, detail: message, next };
}

/** Prints the results. @returns 1 if any bucket failed or was refused, 2 if all did for wrong credentials */
export function report(context: CommandContext, facts: object, results: BucketResult[]): ExitCode {
  const totals: Record<string, number> = {};
  for (const { status } of results) totals[status] = (totals[status] ?? 0) + 1;
  context.out.result({ ...facts, results, totals }, () =>
    [
      ...results.flatMap(({ diff }) => (diff ? [diff, ''] : [])),
      table(
        ['BUCKET', 'RESULT', 'DETAIL'],
        results.map(({ bucket, status, detail }) => [bucket, status, detail]),
      ),
      ...results.flatMap(notes),
    ].join('\n'),
  );
  if (results.length > 0 && results.every(({ code }) => code !== undefined && concernsEveryBucket(code))) {
    return EXIT.none;
  }
  return results.some(({ status }) => status === 'failed' || status === 'refused') ? EXIT.some : EXIT.done;
}

function notes({ bucket, losses = [], warnings = [], next }: BucketResult): string[] {
  return [
    ...lossesInWords(losses).map((line) => `${bucket}: ${line}`),
    ...warnings.map((warning) => `${bucket}: ${warning}`),
    ...(next ? [`${bucket}: next: ${next}`] : []),
  ];
}

const ACTIONS_SHOWN = 3;

/** One line for what a principal loses for the same reason. */
function lossesInWords(losses: Loss[]): string[] {
  const groups = new Map<string, { loss: Loss; actions: Set<string> }>();
  for (const loss of losses) {
    const key = `${loss.principal} ${loss.reason}`;
    const group = groups.get(key) ?? { loss, actions: new Set() };
    groups.set(key, group);
    group.actions.add(loss.action);
  }
  return [...groups.values()].map(({ loss, actions }) => {
    const more = actions.size > ACTIONS_SHOWN ? ` and ${actions.size - ACTIONS_SHOWN} more` : '';
    return `${loss.principal} would lose ${[...actions].slice(0, ACTIONS_SHOWN).join(', ')}${more}: ${loss.reason}`;
  });
}
