import { type Command, Option } from 'commander';
import { repeatable } from '../../cli/repeatable-option.js';
import type { Bind } from '../command-context.js';
import type { ApplyOptions } from './apply.js';
import type { GenerateOptions } from './generate.js';
import type { RollbackOptions } from './rollback.js';

const ALL = ['--all', 'every bucket of the account'] as const;
const FOLDER = ['--folder <folder>', 'where the policy files are', 'policies'] as const;
const keep = (is: string) => repeatable('--keep <arn>', `${is}; may be repeated`).default([], 'none');

/** `s3-admin policy …`: names, options and help; the work is imported when a command runs. */
export function registerPolicy(program: Command, bind: Bind): void {
  const policy = program
    .command('policy')
    .description('audit, generate, compare, apply and roll back bucket policies');

  policy
    .command('audit')
    .description('check buckets against the controls; exit code 1 on findings')
    .argument('[bucket...]', 'buckets; default: every bucket of the account')
    .action(bind(async (context, buckets: string[]) => (await import('./audit.js')).audit(context, buckets)));

  policy
    .command('generate')
    .description('write policy files from the template and the chosen controls; change nothing in S3')
    .argument('[bucket...]', 'buckets; --all for every one')
    .option(...ALL)
    .option('--controls <names>', 'only-me, tls-only, encrypted-only, separated by commas', 'tls-only')
    .addOption(keep('principal that only-me also allows'))
    .option('--allow-default-encryption', 'encrypted-only also allows uploads that ask for no encryption')
    .option('--template <file>', 'statements that every policy starts with', 'policy_template.json')
    .option(...FOLDER)
    .action(
      bind(async (context, buckets: string[], options: GenerateOptions) =>
        (await import('./generate.js')).generate(context, buckets, options),
      ),
    );

  policy
    .command('diff')
    .description('show what the policy files would change')
    .argument('[bucket...]', 'buckets; --all for every one')
    .option(...ALL)
    .option(...FOLDER)
    .action(
      bind(async (context, buckets: string[], options: { all?: boolean; folder: string }) =>
        (await import('./diff.js')).diff(context, buckets, options),
      ),
    );

  policy
    .command('apply')
    .description('show a plan; with --execute apply the policy files, unless somebody would be locked out')
    .argument('[bucket...]', 'buckets; --all for every one')
    .option(...ALL)
    .addOption(new Option('--dry-run', 'only show the plan, as without --execute').conflicts('execute'))
    .option('--execute', 'do it')
    .addOption(keep('principal that must not lose anything'))
    .option(...FOLDER)
    .action(
      bind(async (context, buckets: string[], options: ApplyOptions) =>
        (await import('./apply.js')).apply(context, buckets, options),
      ),
    );

  policy
    .command('rollback')
    .description('put back the policy that the last apply replaced')
    .argument('<bucket>', 'bucket')
    .option('--dry-run', 'only show it')
    .option(...FOLDER)
    .action(
      bind(async (context, bucket: string, options: RollbackOptions) =>
        (await import('./rollback.js')).rollback(context, bucket, options),
      ),
    );
}
