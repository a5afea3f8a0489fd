import { faultsOf } from './faults.js';
import { otherDocuments, type Page, pagesBelow, readPage } from './pages.js';

/**
 * Whatever a runbook or another document names must exist: a renamed command, flag, variable, metric, alarm, Terraform name or file breaks
 * the build, not someone's night.
 */
const pages = pagesBelow('runbooks');

/** What must not get by: each is one page with this code on it, and what has to be said of it. */
const MISTAKES: [what: string, code: string, fault: string][] = [
  ['a script', 'npm run migrate:certificates', 'package.json has no run migrate:certificates'],
  ['a flag', 'npm run migrate:certs -- --dryrun', "unknown option '--dryrun'"],
  ['a flag of another command', 'npm run retire:certs -- --queue', "unknown option '--queue'"],
  ['a flag that npm keeps for itself', 'npm run migrate:certs --dry-run', 'put -- before it'],
  ['a required option left out', 'npm run cost', 'certificates-per-month'],
  ['a subcommand', 'npm run s3-admin -- policy audits', 'audits'],
  ['an argument left out', 'npm run s3-admin -- policy rollback', "missing required argument 'bucket'"],
  ['an option of the demonstration', 'npm run demo -- --exits', '--exits'],
  ['an option after an unchecked script', 'npm run worker -- --fast', 'nothing reads --fast'],
  ['a variable', '`AWS_S3_BUCKET_NAME`', 'no variable AWS_S3_BUCKET_NAME'],
  ['a JSON document after npm’s own lines', 'npm run migrate:certs -- --json', 'add --silent'],
  [
    'a call of the service',
    'curl -X POST "http://127.0.0.1:3000/health/ready"',
    'no route POST /health/ready',
  ],
  ['a value', '`USE_S3_FOR_CERTS=both`', 'no value USE_S3_FOR_CERTS=both'],
  ['a metric', '`cert_copies_owing`', 'no metric cert_copies_owing'],
  ['a metric’s count', '`storage_operation_seconds_count`', 'no metric storage_operation_seconds'],
  ['an option by itself', '`--batchsize 50`', 'no option --batchsize'],
  ['an alarm', '`s3-user-errors`', 'no alarm or control s3-user-errors'],
  ['an error code', '`local_broken`', 'no name local_broken'],
  ['a setting in Terraform', '`archive_class = "GLACIER"`', 'no Terraform variable archive_class'],
  ['a route', '`POST /api/tournaments/certificates/{id}/cancel/`', 'no route POST'],
  ['a file', '`src/cost/price-list.ts`', 'no file src/cost/price-list.ts'],
  [
    'an output of the other environment',
    'terraform -chdir=terraform/environments/production output -raw user_name',
    'terraform/environments/production has no output user_name',
  ],
  [
    'an output that one environment lacks',
    'terraform output -raw role_arn',
    'staging has no output role_arn',
  ],
  [
    'an environment',
    'terraform -chdir=terraform/environments/test plan',
    'there is no terraform/environments/test',
  ],
  ['Terraform in the project’s folder', 'terraform destroy', 'finds nothing to destroy, exit code 0'],
  ['an option of Terraform', 'terraform plan -detailed-exit-code', 'has no -detailed-exit-code'],
  ['an address', "terraform state rm 'module.certificates.terraform_data.guard'", 'no module'],
  ['an operation of AWS', 'aws s3api get-head --bucket B', 's3api has no get-head'],
  ['an option of AWS', 'aws s3api head-object --bucket B --path K', 'does not take --path'],
  ['a parameter of AWS left out', 'aws s3api head-object --bucket B', 'Key'],
  ['a value of AWS', 'aws iam update-access-key --access-key-id A --status Off', 'Active, Inactive'],
  ['an expression', "aws s3api head-bucket --bucket B --query 'A['", 'jmespath'],
  [
    'a line of the log',
    `aws logs filter-log-events --log-group-name G --filter-pattern '"a copy is bad"'`,
    'nothing logs "a copy is bad"',
  ],
  ['a quote left open', "```sh\necho 'a\n```", 'unexpected EOF'],
  ['a shell variable that nothing sets', '```sh\naws s3api head-bucket --bucket "$bucket"\n```', 'unbound'],
  ['a program', '```sh\nkubectl get pods\n```', 'kubectl is no program'],
];

describe('commands and names', () => {
  it('are those of the code, of Terraform and of the AWS CLI', async () => {
    expect(await faultsOf([...pages, ...otherDocuments()])).toEqual([]);
  });

  describe('mistakes', () => {
    let faults: string[];
    beforeAll(async () => {
      faults = await faultsOf(
        MISTAKES.map(([what, code]) => readPage(`${what}.md`, code.startsWith('`') ? code : `\`${code}\``)),
      );
    });

    it.each(MISTAKES)('%s', (what, _code, fault) => {
      const said = faults.filter((line) => line.startsWith(`${what}.md: `));
      expect(said.join('\n')).toContain(fault);
    });
  });

  it('are looked for in every fence and between all backticks of a page', async () => {
    const [rollback] = pages.filter(({ path }) => path === 'runbooks/rollback.md') as [Page];
    const renamed = rollback.text
      .replaceAll('validate:certs', 'check:certs')
      .replaceAll('cert_download_total', 'cert_downloads')
      .replaceAll('s3-server-errors', 's3-server-faults');
    expect(await faultsOf([readPage(rollback.path, renamed)])).toEqual(
      expect.arrayContaining([
        expect.stringContaining('check:certs'),
        'runbooks/rollback.md: no metric cert_downloads',
        'runbooks/rollback.md: no alarm or control s3-server-faults',
      ]),
    );
  });
});
