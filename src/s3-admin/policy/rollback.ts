import { identifyCaller } from '../aws/caller.js';
import { Clients } from '../aws/clients.js';
import type { CommandContext } from '../command-context.js';
import type { ExitCode } from '../exit-codes.js';
import { ToolError } from '../tool-error.js';
import { readPolicy, samePolicy } from './bucket-policy.js';
import { type BucketResult, failed, report } from './bucket-result.js';
import { circumstancesOf, requestBy } from './circumstances.js';
import { type PolicyDocument, parsePolicy } from './document.js';
import { evaluate } from './evaluation/evaluate.js';
import { ownerOf, type Stakeholders } from './plan.js';
import { PolicyFiles } from './policy-files.js';
import { replacePolicy } from './replace-policy.js';
import { POLICY_ACTIONS } from './s3-actions.js';
import { policyDiff } from './text-diff.js';

export interface RollbackOptions {
  dryRun?: boolean;
  folder: string;
}

/**
 * `policy rollback BUCKET`: puts back, byte for byte, the policy that the last apply replaced, at once; called again, it
 * goes one further back. Refused only if that policy certainly denies the caller GetBucketPolicy or PutBucketPolicy:
 * it was in force before, so conditions nobody can judge here don't count against it.
 */
export async function rollback(
  context: CommandContext,
  bucket: string,
  options: RollbackOptions,
): Promise<ExitCode> {
  const files = new PolicyFiles(options.folder);
  const clients = new Clients(context.env);
  try {
    const caller = await identifyCaller(clients, context.env);
    const stakeholders = { caller, keep: [], circumstances: circumstancesOf(clients.endpoint, caller) };
    const result = await rollBack(bucket, clients, files, stakeholders, options.dryRun === true).catch(
      (error: unknown) => failed(bucket, error),
    );
    return report(context, { execute: options.dryRun !== true }, [result]);
  } finally {
    clients.close();
  }
}

async function rollBack(
  bucket: string,
  clients: Clients,
  files: PolicyFiles,
  stakeholders: Stakeholders,
  dryRun: boolean,
): Promise<BucketResult> {
  const kept = await files.latest(bucket);
  if (!kept) {
    throw new ToolError(
      'nothing_kept',
      `no former policy in ${files.folder}/previous/${bucket}`,
      'run it where it was applied, or choose the folder with --folder',
    );
  }
  const former =
    kept.policy === null ? null : parsePolicy(kept.policy, kept.file, 'correct or remove that file');
  const client = await clients.s3For(bucket);
  const current = await readPolicy(client, bucket);
  if (samePolicy(current?.document ?? null, former)) {
    if (!dryRun) await files.markUsed(kept);
    return { bucket, status: 'unchanged', detail: `the policy kept at ${kept.keptAt} is in force` };
  }
  const denied = deniedToMend(bucket, former, stakeholders);
  if (denied) {
    const next =
      'use credentials that the former policy allows, or correct a copy of its file and apply that';
    return { bucket, status: 'refused', code: 'lockout', detail: `${kept.file} denies you ${denied}`, next };
  }
  const diff = policyDiff(bucket, current, former, kept.file);
  if (dryRun) return { bucket, status: 'planned', detail: `would go back to ${kept.file}`, diff };
  const owner = ownerOf(stakeholders);
  // It may be somebody else's, put since the apply.
  const undone = current && (await files.keepUndone(bucket, current.text, new Date()));
  const wanted = kept.policy === null || former === null ? null : { text: kept.policy, document: former };
  await replacePolicy(client, { bucket, former: current, wanted, owner });
  // Only now: killed before this line, the next rollback finds nothing to change and marks it then.
  await files.markUsed(kept);
  return {
    bucket,
    status: 'rolled_back',
    detail: `${former ? `to the policy kept at ${kept.keptAt}` : 'to no policy'}${
      undone ? `; the one it replaced is in ${undone}` : ''
    }`,
  };
}

function deniedToMend(
  bucket: string,
  policy: PolicyDocument | null,
  { caller, circumstances }: Stakeholders,
): string | undefined {
  const arn = `arn:${caller.partition}:s3:::${bucket}`;
  return POLICY_ACTIONS.find(
    (action) => evaluate(policy, requestBy(caller, action, arn, circumstances)).denied === 'yes',
  );
}
