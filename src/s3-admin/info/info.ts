import { describeError } from '../describe-error.js';
import { BucketSettings } from '../policy/bucket-settings.js';
import { identifyCaller } from '../aws/caller.js';
import { Clients } from '../aws/clients.js';
import type { CommandContext } from '../command-context.js';
import { concurrently } from '../concurrently.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { table } from '../output.js';
import { kindInWords, type Principal } from '../aws/principal.js';
import { ToolError } from '../tool-error.js';

/** A bucket's settings in words; what could not be read stands in `errors` under the setting's name. */
interface BucketInfo {
  name: string;
  created_at: string | null;
  region: string | null;
  versioning: string | null;
  encryption: string | null;
  public_access: string | null;
  policy: string | null;
  logging: string | null;
  errors: Record<string, string>;
}

const BUCKETS_AT_ONCE = 8;

/** `info`: who is asking, and every bucket with its settings. Exit code 1 where a setting could not be read. */
export async function info(context: CommandContext): Promise<ExitCode> {
  const clients = new Clients(context.env);
  try {
    const caller = await callerIfKnown(clients, context);
    const listed: { name: string; createdAt: Date | undefined }[] = [];
    for await (const bucket of clients.buckets()) listed.push(bucket);
    const buckets = await concurrently(listed, BUCKETS_AT_ONCE, context.signal, (bucket) =>
      describeBucket(clients, bucket.name, bucket.createdAt),
    );
    const document = {
      account: caller?.account || null,
      arn: caller?.arn ?? null,
      kind: caller ? kindInWords(caller) : null,
      principal_arn: caller?.principalArn ?? null,
      user_id: caller?.userId ?? null,
      endpoint: clients.endpoint ?? null,
      buckets,
    };
    context.out.result(document, () => asText(document));
    return buckets.some(({ errors }) => Object.keys(errors).length > 0) ? EXIT.some : EXIT.done;
  } finally {
    clients.close();
  }
}

/** A server without STS can't say who is asking; its buckets are still worth a look. */
async function callerIfKnown(clients: Clients, { env, out }: CommandContext): Promise<Principal | undefined> {
  try {
    return await identifyCaller(clients, env);
  } catch (error) {
    if (!(error instanceof ToolError) || error.code !== 'no_sts') throw error;
    out.message(`${error.message}\n  next: ${error.next}`);
    return undefined;
  }
}

async function describeBucket(
  clients: Clients,
  name: string,
  createdAt: Date | undefined,
): Promise<BucketInfo> {
  const errors: Record<string, string> = {};
  const read = async (setting: string, ask: () => Promise<string>): Promise<string | null> => {
    try {
      return await ask();
    } catch (error) {
      errors[setting] = describeError(error).message;
      return null;
    }
  };
  const settings = async () => new BucketSettings(await clients.s3For(name), name);
  return {
    name,
    created_at: createdAt?.toISOString() ?? null,
    region: await read('region', () => clients.regionOf(name)),
    versioning: await read(
      'versioning',
      async () => (await (await settings()).versioning()) ?? 'never enabled',
    ),
    encryption: await read('encryption', async () => encryptionOf(await settings())),
    public_access: await read('public_access', async () => publicAccessOf(await settings())),
    policy: await read('policy', async () => policyOf(await settings())),
    logging: await read('logging', async () => {
      const target = await (await settings()).logging();
      return target ? `to ${target.TargetBucket ?? ''}/${target.TargetPrefix ?? ''}` : 'none';
    }),
    errors,
  };
}

async function encryptionOf(settings: BucketSettings): Promise<string> {
  const rule = (await settings.encryption())?.ApplyServerSideEncryptionByDefault;
  return [rule?.SSEAlgorithm ?? 'none', rule?.KMSMasterKeyID].filter(Boolean).join(' ');
}

async function publicAccessOf(settings: BucketSettings): Promise<string> {
  const block = await settings.publicAccessBlock();
  const on = Object.values(block ?? {}).filter((value) => value === true).length;
  return on === 4 ? 'blocked' : on === 0 ? 'not blocked' : `partly blocked (${on} of 4)`;
}

async function policyOf(settings: BucketSettings): Promise<string> {
  const policy = await settings.policy();
  const count = policy?.document.Statement.length ?? 0;
  return policy ? `${count} ${count === 1 ? 'statement' : 'statements'}` : 'none';
}

function asText(document: {
  account: string | null;
  arn: string | null;
  kind: string | null;
  endpoint: string | null;
  buckets: BucketInfo[];
}): string {
  const { account, arn, kind, endpoint, buckets } = document;
  const settings = [
    'name',
    'region',
    'versioning',
    'encryption',
    'public_access',
    'policy',
    'logging',
  ] as const;
  return [
    `Account:  ${account ?? 'not known'}`,
    `Caller:   ${arn ?? 'not known'}${kind ? ` (${kind})` : ''}`,
    `Endpoint: ${endpoint ?? 'AWS'}`,
    '',
    table(
      ['BUCKET', 'REGION', 'VERSIONING', 'ENCRYPTION', 'PUBLIC ACCESS', 'POLICY', 'LOGGING'],
      buckets.map((bucket) => settings.map((setting) => bucket[setting] ?? 'not readable')),
    ),
    ...buckets.flatMap(({ name, errors }) =>
      Object.entries(errors).map(([setting, message]) => `${name}: ${setting}: ${message}`),
    ),
  ].join('\n');
}
