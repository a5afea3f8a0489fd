import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as iam from '@aws-sdk/client-iam';
import { CertificateStore } from '../kit/certificate-store.js';
import { CompiledService } from '../kit/compiled-service.js';
import { OperatorCommand } from '../kit/operator-command.js';
import { services } from '../services/index.js';
import { readPage } from './pages.js';
import { readByBash } from './shell.js';

/** The quarterly rotation, by the page's own commands in the page's order, under a service of two processes. */
const USER = 'certstore-staging-service';
const OLD_ON_THE_PAGE = 'AKIAIOSFODNN7EXAMPLE';

interface Key {
  AccessKeyId: string;
  SecretAccessKey: string;
}

let client: iam.IAMClient;
let store: CertificateStore;
let processes: CompiledService[];
let old: Key;
let commands: string[][];

/** Whatever the page lets a variable hold is what was put into it here. */
const onTheMachine = (word: string) =>
  ({ something: USER, [OLD_ON_THE_PAGE]: old.AccessKeyId })[word] ?? word;

const pascal = (words: string) =>
  words.replace(/(?:^|-)(\w)/g, (_all, letter: string) => letter.toUpperCase());

beforeAll(async () => {
  const moto = await services.moto();
  const credentials = { accessKeyId: moto.accessKey, secretAccessKey: moto.secretKey };
  client = new iam.IAMClient({ endpoint: moto.endpoint, region: 'us-east-1', credentials });
  await client.send(new iam.CreateUserCommand({ UserName: USER }));
  const made = await client.send(new iam.CreateAccessKeyCommand({ UserName: USER }));
  old = made.AccessKey as Key;
  store = await CertificateStore.create({ server: moto, env: { USE_S3_FOR_CERTS: 'true', ...envOf(old) } });
  processes = await Promise.all(
    ['one', 'two'].map((name) => CompiledService.at(join(store.folder, name), store.env)),
  );
  await Promise.all(processes.map((process) => process.start()));

  const path = 'runbooks/credentials.md';
  const [, rotation = ''] = readFileSync(path, 'utf8').split('## Rotate, every quarter, without downtime');
  const { snippets } = readPage(path, rotation.split('\n## ')[0] as string);
  const { run } = readByBash(snippets.filter(({ fence }) => fence === 'sh').map(({ text }) => text));
  commands = run.filter(([program, service]) => program === 'aws' && service === 'iam');
}, 180_000);
afterAll(async () => {
  await Promise.all(processes.map((process) => process.stop()));
  await store.close();
  client.destroy();
});

const envOf = ({ AccessKeyId, SecretAccessKey }: Key) => ({
  AWS_ACCESS_KEY_ID: AccessKeyId,
  AWS_SECRET_ACCESS_KEY: SecretAccessKey,
});

/** The page's next command, sent as the CLI would; `--query` and `--output` are for the eye. */
async function next(verb: string): Promise<Record<string, unknown>> {
  const [, , given = '', ...options] = commands.shift() ?? [];
  expect(given).toBe(verb);
  const input: Record<string, string> = {};
  for (let at = 0; at < options.length; at += 2) {
    const flag = (options[at] as string).replace(/^--/, '');
    if (flag !== 'query' && flag !== 'output') input[pascal(flag)] = onTheMachine(options[at + 1] as string);
  }
  const Command = iam[`${pascal(verb)}Command` as 'CreateAccessKeyCommand'];
  return (await client.send(new Command(input as never))) as unknown as Record<string, unknown>;
}

async function keys(): Promise<Record<string, string>> {
  const { AccessKeyMetadata = [] } = await client.send(new iam.ListAccessKeysCommand({ UserName: USER }));
  return Object.fromEntries(AccessKeyMetadata.map(({ AccessKeyId, Status }) => [AccessKeyId, Status]));
}

/** Downloads as a load balancer passes them on, to whichever process answers, until told to stop. */
class Downloads {
  served = 0;
  readonly failures: string[] = [];
  private stopped = false;
  private readonly ended: Promise<void>;

  constructor(private readonly path: string) {
    this.ended = this.run();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.ended;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      const said: string[] = [];
      for (const process of processes) {
        const answer = await process
          .call('GET', this.path, undefined, 'owner')
          .catch((error: Error) => error);
        if (answer instanceof Response && (await answer.arrayBuffer(), answer.ok)) break;
        said.push(answer instanceof Response ? String(answer.status) : answer.message);
      }
      if (said.length === processes.length) this.failures.push(said.join(', '));
      else this.served += 1;
      await sleep(20);
    }
  }
}

async function issue(participant: string): Promise<string> {
  const [first] = processes as [CompiledService];
  await first.call('PUT', '/api/tournaments/9/', {
    ...{ name: 'Candidates 2024', organizer_id: 'organizer', status: 'completed' },
    completed_at: '2024-04-22T20:00:00Z',
  });
  const answer = await first.call('POST', '/api/tournaments/9/certificates/', {
    participant: { id: participant, user_id: 'owner', display_name: 'Judit Polgár' },
    certificate_type: 'winner',
  });
  expect(answer.status).toBe(201);
  return ((await answer.json()) as { id: string }).id;
}

const statusWith = async (key: Key) => {
  const env = { ...store.env, ...envOf(key) };
  const { code } = await OperatorCommand.run(['validate', '--sample', '10', '--json'], store.folder, env);
  return code;
};

it('two keys, switch, watch, disable, wait, delete: and downloads never stop', async () => {
  const path = `/api/tournaments/certificates/${await issue('1')}/download/`;
  const presigned = await processes[0]?.call('GET', `${path}?delivery=json`, undefined, 'owner');
  const { url } = (await presigned?.json()) as { url: string };
  const downloads = new Downloads(`${path}?delivery=proxy`);

  const before = (await next('list-access-keys'))['AccessKeyMetadata'];
  expect(before).toEqual([expect.objectContaining({ AccessKeyId: old.AccessKeyId, Status: 'Active' })]);
  const created = (await next('create-access-key'))['AccessKey'] as Key;
  expect(await keys()).toEqual({ [old.AccessKeyId]: 'Active', [created.AccessKeyId]: 'Active' });

  for (const process of processes) {
    await process.stop();
    await process.start(envOf(created));
  }
  expect(await statusWith(created)).toBe(0);

  expect(await next('get-access-key-last-used')).toHaveProperty('AccessKeyLastUsed');

  expect((await fetch(url)).status).toBe(200);
  await next('update-access-key');
  expect(await keys()).toEqual({ [old.AccessKeyId]: 'Inactive', [created.AccessKeyId]: 'Active' });
  expect((await fetch(url)).status).toBe(403);
  expect(await statusWith(old)).not.toBe(0);
  await issue('2');

  // "Something broke?" – and then, as nothing did, disabled for good.
  await next('update-access-key');
  expect((await keys())[old.AccessKeyId]).toBe('Active');
  expect((await fetch(url)).status).toBe(200);
  await client.send(
    new iam.UpdateAccessKeyCommand({ UserName: USER, AccessKeyId: old.AccessKeyId, Status: 'Inactive' }),
  );

  await next('delete-access-key');
  expect(await keys()).toEqual({ [created.AccessKeyId]: 'Active' });
  expect(commands).toEqual([]);

  await issue('3');
  await downloads.stop();
  expect(downloads.failures).toEqual([]);
  expect(downloads.served).toBeGreaterThan(20);
}, 180_000);
