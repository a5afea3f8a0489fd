import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CompiledService } from '../kit/compiled-service.js';
import { OperatorCommand } from '../kit/operator-command.js';
import { createTestBucket } from '../kit/s3-bucket.js';
import { until } from '../kit/until.js';
import { temporaryFolder } from '../services/index.js';
import { scale } from './scale.js';

/**
 * runbooks/rollback.md, start to end, with certificates issued in every mode and a backfill under way; then
 * runbooks/restore.md, after which S3 may go away for good. The runbook promises 15 minutes with people in it; what the
 * machine takes of them is printed, step by step.
 */
const CERTIFICATES = scale(60, 1000);
const RUNBOOK_MINUTES = 15;

interface CertificateJson {
  id: string;
  certificate_hash: string;
}

it(`rolls back from S3 to local disk with ${CERTIFICATES} certificates, none lost`, async () => {
  const bucket = await createTestBucket();
  const folder = temporaryFolder('rollback');
  const service = await CompiledService.at(folder, { ...bucket.env, WORKER: 'on' });
  const env = { ...bucket.env, DATA_DIR: service.dataDir, NODE_ENV: 'test', LOG_LEVEL: 'warn' };
  const command = (...args: string[]) => OperatorCommand.run(args, folder, env);
  const steps: { step: string; seconds: number }[] = [];
  const step = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const begun = performance.now();
    const result = await work();
    steps.push({ step: name, seconds: Number(((performance.now() - begun) / 1000).toFixed(1)) });
    return result;
  };

  const certificates: CertificateJson[] = [];
  const third = Math.ceil(CERTIFICATES / 3);
  for (const [tournament, mode] of ['false', 'dual', 'true'].entries()) {
    await service.start({ USE_S3_FOR_CERTS: mode });
    certificates.push(...(await issueAll(service, tournament + 1, third)));
    await service.stop();
  }
  await service.start({ USE_S3_FOR_CERTS: 'true' });
  await downloadAll(service, certificates);
  // On a quick machine the backfill would be over before it is stopped.
  bucket.proxy.set({ kind: 'delay', ms: 50 });
  const backfill = OperatorCommand.start(['migrate', '--concurrency', '1'], folder, env);
  const log = join(folder, 'logs/s3_migration.log');
  await until(() => existsSync(log) && readFileSync(log).length > 0);

  // Minute 0. Something is wrong with S3: back to local disk.
  await step('stop the backfill by Ctrl-C', async () => {
    backfill.kill('SIGINT');
    const { code, stdout } = await backfill.result();
    expect({ code, stdout }).toEqual({ code: 130, stdout: expect.stringContaining('MIGRATION SUMMARY') });
  });
  bucket.proxy.set({ kind: 'none' });
  await step('restart with the flag until ready', async () => {
    await service.stop();
    await service.start({ USE_S3_FOR_CERTS: 'false' }); // waits for /health/ready
    expect((await fetch(`${service.url}/health/live`)).status).toBe(200);
  });
  await step('download three', () =>
    downloadAll(
      service,
      [0, 0.5, 0.999].map((at) => certificates[Math.floor(at * certificates.length)]!),
    ),
  );
  const before = await step('issue one', () => issueAll(service, 4, 1));
  const key = await keyOf(service, before[0]!);
  expect(existsSync(join(service.dataDir, 'media', key))).toBe(true);
  const metrics = await (await fetch(`${service.url}/metrics`)).text();
  expect(metrics).toMatch(/cert_download_total\{status="200",source="\w+"\} [1-9]/);
  const rollback = steps.reduce((sum, { seconds }) => sum + seconds, 0);

  // All of them, whatever mode they were issued in.
  certificates.push(...before);
  await step('download all', () => downloadAll(service, certificates));

  // Afterwards: what only S3 has comes home, and then S3 may go.
  const restored = await step(`restore ${2 * third} files`, () => command('restore', '--json'));
  expect([restored.code, restored.json]).toEqual([
    0,
    expect.objectContaining({ restored: 2 * third, failed: 0 }),
  ]);
  expect((await step('validate', () => command('validate'))).code).toBe(0);

  // Forward again: the backfill goes on where it was stopped, and there is then nothing left to do.
  const resumed = await step('finish the backfill', () => command('migrate', '--json'));
  expect([resumed.code, resumed.json.failed]).toEqual([0, 0]);
  expect(resumed.json.migrated).toBeGreaterThan(0);
  expect((await step('validate --all', () => command('validate', '--all'))).code).toBe(0);
  const plan = await step('retire, as a plan', () => command('retire', '--older-than-days', '0', '--json'));
  expect([plan.code, plan.json.failed]).toEqual([0, 0]);

  await service.stop();
  await service.start();
  bucket.proxy.set({ kind: 'refuse' });
  await downloadAll(service, certificates);
  await service.stop();

  const table = steps.map((one) => `  ${one.seconds.toFixed(1).padStart(6)} s  ${one.step}`);
  console.log(
    `rollback with ${certificates.length} certificates (${2 * certificates.length} files): ` +
      `${rollback.toFixed(1)} s by the machine, the first four of\n${table.join('\n')}\n` +
      `${resumed.json.migrated} files were left to the second backfill`,
  );
  expect(rollback).toBeLessThan(RUNBOOK_MINUTES * 60);
  await bucket.close();
});

async function issueAll(
  service: CompiledService,
  tournament: number,
  count: number,
): Promise<CertificateJson[]> {
  const path = `/api/tournaments/${tournament}/`;
  await service.call('PUT', path, { name: 'Candidates', organizer_id: 'o', status: 'completed' });
  const results = Array.from({ length: count }, (_, index) => ({
    participant: { id: `p${index}`, user_id: 'owner', display_name: `Player ${index}` },
    certificate_type: 'participant',
  }));
  const accepted = await service.call('POST', `${path}certificates/generate-all/`, { results });
  const { status_url } = (await accepted.json()) as { status_url: string };
  for (;;) {
    const batch = (await (await service.call('GET', new URL(status_url).pathname)).json()) as {
      status: string;
      failed: number;
    };
    expect(batch.failed).toBe(0);
    if (batch.status === 'finished') break;
    await sleep(200);
  }
  const certificates: CertificateJson[] = [];
  let next: string | null = `${path}certificates/?page_size=200`;
  while (next) {
    const answer: Response = await service.call('GET', next);
    const page = (await answer.json()) as { results: CertificateJson[]; next: string | null };
    certificates.push(...page.results);
    next = page.next && `${path}certificates/${new URL(page.next).search}`;
  }
  expect(certificates).toHaveLength(count);
  return certificates;
}

/** Downloads each as its owner and holds its bytes against the hash recorded at issue. */
async function downloadAll(service: CompiledService, certificates: CertificateJson[]): Promise<void> {
  const left = [...certificates];
  const one = async () => {
    for (let next = left.pop(); next; next = left.pop()) {
      const path = `/api/tournaments/certificates/${next.id}/download/?delivery=proxy`;
      const answer = await service.call('GET', path, undefined, 'owner');
      const hash = createHash('sha256')
        .update(Buffer.from(await answer.arrayBuffer()))
        .digest('hex');
      expect([next.id, answer.status, hash]).toEqual([next.id, 200, next.certificate_hash]);
    }
  };
  await Promise.all(Array.from({ length: 8 }, one));
}

async function keyOf(service: CompiledService, { id }: CertificateJson): Promise<string> {
  const answer = await service.call('GET', `/api/tournaments/certificates/${id}/`);
  const { files } = (await answer.json()) as { files: { key: string; format: string }[] };
  return files.find((file) => file.format === 'pdf')?.key ?? '';
}
