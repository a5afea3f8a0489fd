import '../process/quiet-sdk.js';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { signToken } from '../auth/sign-token.js';
import { loadConfig } from '../config/config.js';
import { ApiClient, type CertificateJson } from './api-client.js';
import { Checks } from './checks.js';
import { demoOptions, USAGE } from './options.js';
import { type Example, publishResults } from './publish-results.js';
import { S3Story } from './s3-story.js';
import { Service } from './service.js';

const DATA_DIR = resolve('data/demo');
const EXAMPLE = join(import.meta.dirname, '../../examples/candidates-2024.json');

async function main(): Promise<void> {
  const options = demoOptions(process.argv.slice(2));
  if (options.help) {
    console.log(USAGE);
    return;
  }
  const secret = randomBytes(32).toString('hex');
  const config = loadConfig({ AUTH_JWT_SECRET: secret });
  const token = (userId: string, staff = false) =>
    signToken(config, { sub: userId, roles: staff ? ['staff'] : [] }, '10m');
  const example = JSON.parse(readFileSync(EXAMPLE, 'utf8')) as Example;
  const checks = new Checks();
  if (options.s3) {
    await new S3Story(example, resolve('data/demo-s3'), secret, token, checks).tell();
    console.log(`\n${checks.report()}`);
    process.exitCode = checks.allHeld ? 0 : 1;
    return;
  }

  const interrupted = interruption();
  console.log(`Starting the service; its database and files go to ${DATA_DIR}`);
  const service = await Service.start({ DATA_DIR, AUTH_JWT_SECRET: secret });
  try {
    const api = new ApiClient(service.url, token);
    const outcome = await Promise.race([demonstrate(service, api, example, checks), interrupted]);
    process.exitCode = outcome === 'interrupted' ? 130 : checks.allHeld ? 0 : 1;
    if (outcome === 'interrupted' || options.exit) return;
    console.log('The service stays up until Ctrl-C.');
    await interrupted;
  } finally {
    await service.stop();
  }
}

/** The main job on real results, from the outside: every step is a request that anybody could make. */
async function demonstrate(
  service: Service,
  api: ApiClient,
  example: Example,
  checks: Checks,
): Promise<void> {
  await service.untilReady();
  const certificates = await publishResults(api, example);
  certificates.sort((a, b) => (a.placement ?? 99) - (b.placement ?? 99));
  checks.expect('every result has its certificate', certificates.length === example.results.length);
  await downloadAll(api, certificates, checks);
  await turnAwayAndRevoke(api, certificates, checks);
  console.log(`\n${checks.report()}`);
  console.log(`\nFiles: ${join(DATA_DIR, 'downloads')}   API: ${service.url}/api/docs`);
}

async function downloadAll(api: ApiClient, certificates: CertificateJson[], checks: Checks): Promise<void> {
  const folder = join(DATA_DIR, 'downloads');
  mkdirSync(folder, { recursive: true });
  for (const certificate of certificates) {
    const { id, display_name: name, verification_code: code } = certificate;
    const sizes: string[] = [];
    for (const file of certificate.files) {
      const got = await api.download(id, file.format, certificate.user_id ?? '');
      const right = got.status === 200 && got.sha256 === file.sha256;
      checks.expect(`${file.format} of ${name} has the SHA-256 on record`, right);
      writeFileSync(join(folder, `certificate-${code.slice(0, 8)}.${file.format}`), got.bytes);
      sizes.push(
        `${file.format} ${String(Math.round(got.bytes.length / 1024)).padStart(3)} KB ${right ? '✓' : '✗'}`,
      );
    }
    const verified = await api.verify(code);
    checks.expect(
      `the code of ${name} verifies`,
      verified.valid && verified.participant_display_name === name,
    );
    const place = String(certificate.placement ?? '–').padStart(2);
    console.log(
      `${place}  ${certificate.certificate_type.padEnd(11)}  ${sizes.join('  ')}  ${certificate.verification_url}  ${name}`,
    );
  }
}

async function turnAwayAndRevoke(
  api: ApiClient,
  certificates: CertificateJson[],
  checks: Checks,
): Promise<void> {
  const last = certificates.at(-1);
  if (!last) return;
  const stranger = await api.download(last.id, 'pdf', 'somebody-else');
  checks.expect('a stranger gets 403', stranger.status === 403);
  await api.call(
    'POST',
    `/api/tournaments/certificates/${last.id}/revoke/`,
    { reason: 'shown in the demo' },
    [200],
  );
  const afterwards = await api.download(last.id, 'pdf', last.user_id ?? '');
  checks.expect('a revoked certificate gets 410', afterwards.status === 410);
  const verified = await api.verify(last.verification_code);
  checks.expect('a revoked certificate no longer verifies', !verified.valid && verified.revoked);
  console.log(
    `\nA stranger's download: ${stranger.status}. After revoking the last one: ${afterwards.status}, and its page says so:`,
  );
  console.log(last.verification_url);
}

/** From now on Ctrl-C no longer ends this process at once: the service must be stopped first. */
async function interruption(): Promise<'interrupted'> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => resolve('interrupted'));
  });
}

main().catch((error: unknown) => {
  console.error(`The demo failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
