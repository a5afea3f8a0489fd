import { identifyCaller } from '../aws/caller.js';
import { Clients } from '../aws/clients.js';
import type { CommandContext } from '../command-context.js';
import type { ExitCode } from '../exit-codes.js';
import { type Principal, parsePrincipal } from '../aws/principal.js';
import { ToolError } from '../tool-error.js';
import { readPolicy } from './bucket-policy.js';
import { type BucketResult, failed, report } from './bucket-result.js';
import type { GeneratedControl } from './generation/control.js';
import { GENERATED_CONTROLS, generatedPolicy, keptStatements } from './generation/generated-policy.js';
import { PolicyFiles, readText } from './policy-files.js';
import { selectBuckets } from './select-buckets.js';
import { assertSize } from './written-policy.js';

export interface GenerateOptions {
  all?: boolean;
  /** Comma-separated names. */
  controls: string;
  template: string;
  folder: string;
  keep: string[];
  allowDefaultEncryption?: boolean;
}

/** `policy generate`: writes a policy file per bucket; changes nothing in S3. */
export async function generate(
  context: CommandContext,
  named: string[],
  options: GenerateOptions,
): Promise<ExitCode> {
  const controls = chosenControls(options.controls);
  const keep = options.keep.map((arn) => parsePrincipal(arn));
  const template = await readTemplate(options.template);
  const files = new PolicyFiles(options.folder);
  const clients = new Clients(context.env);
  try {
    const caller = await identifyCaller(clients, context.env);
    const settings = { caller, keep, allowDefaultEncryption: options.allowDefaultEncryption === true };
    for (const control of controls) context.out.message(control.note({ bucket: '', ...settings }));
    const results: BucketResult[] = [];
    for (const bucket of await selectBuckets(clients, named, options.all === true)) {
      if (context.signal.aborted) break;
      try {
        results.push(await writeFileFor(bucket, clients, files, template, controls, settings));
      } catch (error) {
        results.push(failed(bucket, error));
      }
    }
    return report(context, { controls: controls.map(({ name }) => name) }, results);
  } finally {
    clients.close();
  }
}

async function writeFileFor(
  bucket: string,
  clients: Clients,
  files: PolicyFiles,
  template: string,
  controls: GeneratedControl[],
  settings: { caller: Principal; keep: Principal[]; allowDefaultEncryption: boolean },
): Promise<BucketResult> {
  const file = files.pathOf(bucket);
  const present = (await readPolicy(await clients.s3For(bucket), bucket))?.document ?? null;
  const policy = generatedPolicy(template, present, controls, { bucket, ...settings });
  assertSize(policy);
  const former = await files.write(bucket, `${JSON.stringify(policy, null, 2)}\n`);
  const kept = keptStatements(present).length;
  const details = [
    file,
    ...(kept > 0 ? [`keeps ${kept} statements of the policy in force`] : []),
    ...(former ? [`the former file is ${former} now`] : []),
  ];
  return { bucket, status: 'written', detail: details.join('; ') };
}

function chosenControls(names: string): GeneratedControl[] {
  const wanted = names
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  const known = new Map(GENERATED_CONTROLS.map((control) => [control.name, control]));
  const unknown = wanted.filter((name) => !known.has(name));
  if (unknown.length > 0 || wanted.length === 0) {
    const message = unknown.length > 0 ? `no control named ${unknown.join(', ')}` : 'no control chosen';
    throw new ToolError('usage', message, `choose from ${[...known.keys()].join(', ')}, separated by commas`);
  }
  return GENERATED_CONTROLS.filter(({ name }) => wanted.includes(name));
}

async function readTemplate(file: string): Promise<string> {
  try {
    return await readText(file);
  } catch (error) {
    throw new ToolError(
      'no_template',
      `${file} can't be read: ${(error as Error).message}`,
      'run it in the folder of policy_template.json, or choose a template with --template',
      { cause: error },
    );
  }
}
