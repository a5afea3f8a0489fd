import { Clients } from '../aws/clients.js';
import type { CommandContext } from '../command-context.js';
import type { ExitCode } from '../exit-codes.js';
import { readPolicy, samePolicy } from './bucket-policy.js';
import { type BucketResult, failed, report } from './bucket-result.js';
import { PolicyFiles } from './policy-files.js';
import { selectBuckets } from './select-buckets.js';
import { policyDiff } from './text-diff.js';
import { parseForBucket } from './written-policy.js';

/** `policy diff`: what each policy file would change. Differences are not failures: exit code 0. */
export async function diff(
  context: CommandContext,
  named: string[],
  options: { all?: boolean; folder: string },
): Promise<ExitCode> {
  const files = new PolicyFiles(options.folder);
  const clients = new Clients(context.env);
  try {
    const results: BucketResult[] = [];
    for (const bucket of await selectBuckets(clients, named, options.all === true)) {
      if (context.signal.aborted) break;
      results.push(await compare(bucket, clients, files).catch((error: unknown) => failed(bucket, error)));
    }
    return report(context, {}, results);
  } finally {
    clients.close();
  }
}

async function compare(bucket: string, clients: Clients, files: PolicyFiles): Promise<BucketResult> {
  const text = await files.read(bucket);
  const client = await clients.s3For(bucket);
  const proposed = parseForBucket(text, files.pathOf(bucket), bucket);
  const current = await readPolicy(client, bucket);
  if (samePolicy(current?.document ?? null, proposed)) {
    return { bucket, status: 'same', detail: 'the policy in force and the file are the same' };
  }
  const detail = current ? 'the file differs from the policy in force' : 'the bucket has no policy';
  return {
    bucket,
    status: 'differs',
    detail,
    diff: policyDiff(bucket, current, proposed, files.pathOf(bucket)),
  };
}
