import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CompiledService } from '../kit/compiled-service.js';
import { createTestBucket } from '../kit/s3-bucket.js';
import { temporaryFolder } from '../services/index.js';
import { scale } from './scale.js';

/**
 * runbooks/rollback.md, start to end, with certificates issued in every mode; then runbooks/restore.md, after which S3 may
 * go away for good. The runbook promises 15 minutes with people in it; what the machine takes of them is printed.
 */
const CERTIFICATES = scale(150, 1000);
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
  const command = (name: string, ...flags: string[]) => runCommand(folder, env, name, ...flags);

  const certificates: CertificateJson[] = [];
  for (const [tournament, mode] of ['false', 'dual', 'true'].entries()) {
    await service.start({ USE_S3_FOR_CERTS: mode });
    certificates.push(...(await issueAll(service, tournament + 1, Math.ceil(CERTIFICATES / 3))));
    await service.stop();
  }
  expect((await command('migrate')).code).toBe(0);
  await service.start({ USE_S3_FOR_CERTS: 'true' });
  await downloadAll(service, certificates);

  // Minute 0. Something is wrong with S3: back to local disk.
  const begun = performance.now();
  await service.stop();
  await service.start({ USE_S3_FOR_CERTS: 'false' }); // waits for /health/ready
  expect((await fetch(`${service.url}/health/live`)).status).toBe(200);
  await downloadAll(
    service,
    [0, 0.5, 0.999].map((at) => certificates[Math.floor(at * certificates.length)]!),
  );
  const before = await issueAll(service, 4, 1);
  const key = await keyOf(service, before[0]!);
  expect(existsSync(join(service.dataDir, 'media', key))).toBe(true);
  const metrics = await (await fetch(`${service.url}/metrics`)).text();
  expect(metrics).toMatch(/cert_download_total\{status="200",source="\w+"\} [1-9]/);
  const rolledBack = performance.now() - begun;

  // All of them, whatever mode they were issued in.
  certificates.push(...before);
  await downloadAll(service, certificates);

  // Afterwards: what only S3 has comes home, and then S3 may go.
  const restore = await command('restore', '--json');
  expect(restore.code).toBe(0);
  const figures = JSON.parse(restore.output) as { restored: number; failed: number };
  expect(figures).toMatchObject({ restored: 2 * Math.ceil(CERTIFICATES / 3), failed: 0 });
  expect((await command('validate')).code).toBe(0);
  await service.stop();
  await service.start();
  bucket.proxy.set({ kind: 'refuse' });
  await downloadAll(service, certificates);
  await service.stop();

  console.log(
    `rollback with ${certificates.length} certificates: ${(rolledBack / 1000).toFixed(1)} s by the machine, ` +
      `${((performance.now() - begun) / 1000).toFixed(1)} s with every download compared twice and all restored`,
  );
  expect(rolledBack).toBeLessThan(RUNBOOK_MINUTES * 60_000);
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

/** An operator's command on the service's data. */
function runCommand(cwd: string, env: Record<string, string>, name: string, ...flags: string[]) {
  const program = join(__dirname, '../../dist/cli.js');
  const child = spawn(process.execPath, [program, name, ...flags], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise<{ code: number | null; output: string }>((resolve, reject) => {
    child.on('error', reject).on('close', (code) => resolve({ code, output }));
  });
}
