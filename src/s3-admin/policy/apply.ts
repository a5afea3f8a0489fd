import { identifyCaller } from '../aws/caller.js';
import { Clients } from '../aws/clients.js';
import type { CommandContext } from '../command-context.js';
import type { ExitCode } from '../exit-codes.js';
import { parsePrincipal } from '../aws/principal.js';
import { type BucketResult, failed, report } from './bucket-result.js';
import { circumstancesOf } from './circumstances.js';
import { type Loss, NO_LONGER_ALLOWED } from './lockout.js';
import { ownerOf, planChange, type Stakeholders } from './plan.js';
import { PolicyFiles } from './policy-files.js';
import { nothingWasReplaced, replacePolicy } from './replace-policy.js';
import { selectBuckets } from './select-buckets.js';
import { inShort } from './text-diff.js';
import { assertSize, parseForBucket } from './written-policy.js';

export interface ApplyOptions {
  all?: boolean;
  execute?: boolean;
  folder: string;
  keep: string[];
}

/**
 * `policy apply`: a plan, and with `--execute` the change, bucket by bucket: read the policy in force, try the new one on
 * the caller, the account's root and those named, refuse if any would lose anything, keep the policy in force in
 * a file, put the new one, read it back. An error ends only its bucket.
 */
export async function apply(
  context: CommandContext,
  named: string[],
  options: ApplyOptions,
): Promise<ExitCode> {
  const keep = options.keep.map((arn) => parsePrincipal(arn));
  const files = new PolicyFiles(options.folder);
  const clients = new Clients(context.env);
  try {
    const caller = await identifyCaller(clients, context.env);
    const stakeholders = { caller, keep, circumstances: circumstancesOf(clients.endpoint, caller) };
    const buckets = new Set(await selectBuckets(clients, named, options.all === true));
    // A file whose bucket is gone must not go unnoticed.
    if (options.all) for (const bucket of await files.buckets()) buckets.add(bucket);
    const results: BucketResult[] = [];
    for (const bucket of buckets) {
      if (context.signal.aborted) break;
      context.out.message(`${bucket} …`);
      try {
        results.push(await applyTo(bucket, clients, files, stakeholders, options.execute === true));
      } catch (error) {
        results.push(failed(bucket, error));
      }
    }
    if (!options.execute)
      context.out.message('a plan: nothing was changed. policy diff shows it in full, --execute applies it');
    return report(context, { execute: options.execute === true }, results);
  } finally {
    clients.close();
  }
}

async function applyTo(
  bucket: string,
  clients: Clients,
  files: PolicyFiles,
  stakeholders: Stakeholders,
  execute: boolean,
): Promise<BucketResult> {
  const file = files.pathOf(bucket);
  const text = await files.read(bucket);
  const client = await clients.s3For(bucket);
  const proposed = parseForBucket(text, file, bucket);
  const owner = ownerOf(stakeholders);
  // Ceph accepts more.
  if (owner !== undefined) assertSize(JSON.parse(text));
  const { current, unchanged, losses, warnings } = await planChange(client, bucket, proposed, stakeholders);
  if (unchanged) return { bucket, status: 'unchanged', detail: 'the policy in force is the same already' };
  if (losses.length > 0) return { ...refusal(bucket, stakeholders, losses), warnings };
  const changes = (done: boolean) => inShort(current?.document ?? null, proposed, done);
  if (!execute) return { bucket, status: 'planned', detail: changes(false), warnings };
  const kept = await files.keep(bucket, current?.text ?? null, new Date());
  const wanted = { text: JSON.stringify(JSON.parse(text)), document: proposed };
  await replacePolicy(client, { bucket, former: current, wanted, owner }).catch(async (error: unknown) => {
    // Then this is no step back.
    if (nothingWasReplaced(error)) await files.forget(kept);
    throw error;
  });
  // What somebody added since the plan goes with it, and must not go unseen.
  const detail = `${changes(true)}; the former policy is kept in ${kept.file}`;
  return { bucket, status: 'applied', detail, warnings };
}

function refusal(bucket: string, { circumstances }: Stakeholders, losses: Loss[]): BucketResult {
  const next = losses.every(({ reason }) => reason.startsWith(NO_LONGER_ALLOWED))
    ? 'add an Allow that names it to the policy file: its IAM policies are not known here'
    : !circumstances.secure
      ? 'use an https:// endpoint if the policy requires TLS; else correct the policy file'
      : !circumstances.aws
        ? 'leave out conditions on keys this server does not fill in, such as aws:PrincipalArn in only-me'
        : 'correct the policy file, or generate it again as the caller, with --keep for the others';
  return {
    bucket,
    status: 'refused',
    code: 'lockout',
    detail: 'somebody would be locked out; nothing was changed',
    next,
    losses,
  };
}
