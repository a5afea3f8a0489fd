import { describeError } from '../describe-error.js';
import { concernsEveryBucket } from '../error-code.js';
import { BucketSettings } from './bucket-settings.js';
import { Clients } from '../aws/clients.js';
import { partitionOf } from '../aws/partition.js';
import type { CommandContext } from '../command-context.js';
import { concurrently } from '../concurrently.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { table } from '../output.js';
import { CONTROLS } from './controls/controls.js';
import type { AuditContext, Control } from './controls/control.js';
import { selectBuckets } from './select-buckets.js';

/** `unknown`: could not be read, and so counts as a finding. */
type Status = 'ok' | 'finding' | 'unknown';

interface Finding {
  control: string;
  status: Status;
  detail: string;
}

const BUCKETS_AT_ONCE = 8;

/** `policy audit`: every bucket, or those named, against every control. Exit code 1 unless all is ok. */
export async function audit(context: CommandContext, named: string[]): Promise<ExitCode> {
  const clients = new Clients(context.env);
  try {
    // Follows from the region, so that an audit needs no STS.
    const partition = partitionOf(await clients.homeRegion());
    const buckets = await selectBuckets(clients, named, named.length === 0);
    const results = await concurrently(buckets, BUCKETS_AT_ONCE, context.signal, async (bucket) => ({
      bucket,
      controls: await auditBucket(clients, bucket, partition),
    }));
    const all = results.flatMap(({ controls }) => controls);
    const count = (status: Status) => all.filter((one) => one.status === status).length;
    const totals = {
      buckets: results.length,
      ok: count('ok'),
      findings: count('finding'),
      unknown: count('unknown'),
    };
    context.out.result({ buckets: results, totals }, () =>
      [
        table(
          ['BUCKET', 'CONTROL', 'STATUS', 'DETAIL'],
          results.flatMap(({ bucket, controls }) =>
            controls.map(({ control, status, detail }) => [bucket, control, status, detail]),
          ),
        ),
        `buckets: ${totals.buckets}; ${totals.findings} findings, ${totals.unknown} unknown, ${totals.ok} ok`,
      ].join('\n'),
    );
    return totals.findings + totals.unknown > 0 ? EXIT.some : EXIT.done;
  } finally {
    clients.close();
  }
}

async function auditBucket(clients: Clients, bucket: string, partition: string): Promise<Finding[]> {
  try {
    const settings = new BucketSettings(await clients.s3For(bucket), bucket);
    const findings = [];
    for (const control of CONTROLS) findings.push(await checkControl(control, { settings, partition }));
    return findings;
  } catch (error) {
    if (concernsEveryBucket(describeError(error).code)) throw error;
    return [{ control: '(bucket)', status: 'unknown', detail: describeError(error).message }];
  }
}

async function checkControl(control: Control, context: AuditContext): Promise<Finding> {
  try {
    const { ok, detail } = await control.check(context);
    return { control: control.id, status: ok ? 'ok' : 'finding', detail };
  } catch (error) {
    if (concernsEveryBucket(describeError(error).code)) throw error;
    return {
      control: control.id,
      status: 'unknown',
      detail: `can't be read: ${describeError(error).message}`,
    };
  }
}
