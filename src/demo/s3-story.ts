import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient, type CertificateJson } from './api-client.js';
import type { Checks } from './checks.js';
import { type Gateway, startGateway } from './gateway.js';
import type { Example } from './publish-results.js';
import { Service } from './service.js';

type Mode = 'false' | 'dual' | 'true';

/**
 * The whole move, and the way back by the flag: local, dual, S3, S3 cut off, local again. At each step every certificate
 * issued so far is downloaded and compared with the SHA-256 it was issued with.
 */
export class S3Story {
  private readonly issued: CertificateJson[] = [];
  private service: Service | undefined;
  private api: ApiClient | undefined;

  constructor(
    private readonly example: Example,
    private readonly dataDir: string,
    private readonly secret: string,
    private readonly token: (userId: string, staff?: boolean) => Promise<string>,
    private readonly checks: Checks,
  ) {}

  async tell(): Promise<void> {
    rmSync(this.dataDir, { recursive: true, force: true }); // the gateway keeps its objects in memory
    console.log('Starting an S3 server (Ceph radosgw) …');
    const gateway = await startGateway();
    try {
      await this.stepThrough(gateway);
    } finally {
      await this.service?.stop();
      await gateway.close();
    }
  }

  private async stepThrough(gateway: Gateway): Promise<void> {
    await this.restart('false', gateway, 'local disk, as before the move');
    await this.issue(0, 3);
    await this.downloadAll([]);
    await this.restart('dual', gateway, 'dual-write: local disk first, S3 second');
    await this.issue(3, 5);
    await this.downloadAll([]);
    await this.restart('true', gateway, 'S3 first');
    await this.issue(5, 7);
    await this.downloadAll([]);

    console.log('\nS3 is cut off. Copies on disk are served instead:');
    await gateway.stop();
    await this.untilS3IsKnownDown();
    await this.downloadAll(['s3']);
    await this.restart('dual', gateway, 'the flag set back; S3 is still down, and issuing works');
    await this.issue(7, 8);
    await this.downloadAll(['s3']);
    await gateway.start();
    await this.untilNothingIsOwed();
    await this.restart('false', gateway, 'back to local disk; S3 is up again');
    await this.downloadAll([]);
  }

  private async restart(mode: Mode, gateway: Gateway, what: string): Promise<void> {
    await this.service?.stop();
    console.log(`\nUSE_S3_FOR_CERTS=${mode}: ${what}`);
    const env = {
      DATA_DIR: this.dataDir,
      AUTH_JWT_SECRET: this.secret,
      USE_S3_FOR_CERTS: mode,
      ...gateway.env,
    };
    this.service = await Service.start(env);
    await this.service.untilReady();
    this.api = new ApiClient(this.service.url, this.token);
  }

  private async issue(from: number, to: number): Promise<void> {
    const { tournament, results } = this.example;
    const { id, ...body } = tournament;
    await this.client.call('PUT', `/api/tournaments/${id}/`, body, [200, 201]);
    for (const result of results.slice(from, to)) {
      const certificate = await this.client.call<CertificateJson>(
        'POST',
        `/api/tournaments/${id}/certificates/`,
        result,
        [201],
      );
      this.issued.push(certificate);
      const places = certificate.files.map((file) => `${file.format}: ${file.location}`).join(', ');
      console.log(`  issued    ${certificate.display_name}  (${places})`);
    }
  }

  /** @param away locations that can't be reached now: a file only there must be answered with 503 */
  private async downloadAll(away: string[]): Promise<void> {
    let same = 0;
    let unavailable = 0;
    for (const certificate of this.issued) {
      const now = await this.client.call<CertificateJson>(
        'GET',
        `/api/tournaments/certificates/${certificate.id}/`,
        undefined,
        [200],
      );
      for (const file of now.files) {
        const got = await this.client.download(certificate.id, file.format, certificate.user_id ?? '');
        const reachable = !away.includes(file.location);
        const right = reachable ? got.status === 200 && got.sha256 === file.sha256 : got.status === 503;
        this.checks.expect(
          `${file.format} of ${certificate.display_name}, stored ${file.location}: ${got.status}`,
          right,
        );
        if (got.status === 200) same++;
        else unavailable++;
      }
    }
    const rest = unavailable > 0 ? `; ${unavailable} that are only in S3: 503, come back later` : '';
    console.log(`  downloaded ${same} files, each byte for byte as issued${rest}`);
  }

  /** The first call that fails opens the circuit; from then on no one is sent to a server that does not answer. */
  private async untilS3IsKnownDown(): Promise<void> {
    for (let tries = 0; tries < 50 && (await this.client.ready()); tries++) await sleep(200);
  }

  private async untilNothingIsOwed(): Promise<void> {
    const start = Date.now();
    for (;;) {
      const owed = await this.client.metric('cert_copies_owed');
      if (owed === 0) break;
      if (Date.now() - start > 120_000) {
        this.checks.expect('owed copies are made when S3 is back', false);
        return;
      }
      await sleep(500);
    }
    this.checks.expect('owed copies are made when S3 is back', true);
    console.log('  S3 is up again, and the owed copies are made');
  }

  private get client(): ApiClient {
    if (!this.api) throw new Error('the service was not started');
    return this.api;
  }
}
