import { BatchRepository } from '../../../src/certificates/batches/batch.repository.js';
import { CertificatesRepository } from '../../../src/certificates/certificates.repository.js';
import { issueBody } from '../../../src/certificates/dto/requests.js';
import type { CertificateFile } from '../../../src/certificates/certificate.js';
import { IntegrityService } from '../../../src/certificates/lifecycle/integrity.service.js';
import { IssueRepository } from '../../../src/certificates/issuing/issue.repository.js';
import { SweepService } from '../../../src/certificates/issuing/sweep.service.js';
import { makeKey } from '../../../src/storage/storage-key.js';
import { type TestApp, startApp } from '../../kit/app.js';
import { byClock } from '../../kit/by-clock.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const HOUR_MS = 3_600_000;
const RESULT = {
  participant: { id: '1', display_name: 'Judit Polgár' },
  certificate_type: 'participant',
};

describe.each([
  ['ahead', HOUR_MS],
  ['behind', -HOUR_MS],
])('a worker whose clock is an hour %s', (_, offMs) => {
  const batches = () => app.find(BatchRepository);
  const newBatch = async () => batches().create(await app.tournament(), 'staff-1', [issueBody.parse(RESULT)]);

  it('leaves a batch to the worker that is at work on it', async () => {
    const batch = await newBatch();
    await batches().heartbeat(batch);
    expect(await byClock(offMs, () => batches().claimStale())).not.toContain(batch);
  });

  it('keeps its own batch while it works, and loses it two minutes after it has died', async () => {
    const batch = await newBatch();
    await byClock(offMs, () => batches().heartbeat(batch));
    expect(await batches().claimStale()).not.toContain(batch);
    await app.prisma.$executeRaw`
      UPDATE batches SET heartbeat_at = heartbeat_at - interval '3 minutes' WHERE id = ${batch}::uuid`;
    expect(await batches().claimStale()).toContain(batch);
    expect(await batches().claimStale()).not.toContain(batch);
  });

  it('leaves a batch that it was given alone until its job has had its two minutes', async () => {
    const batch = await byClock(offMs, newBatch);
    expect(await batches().claimStale()).not.toContain(batch);
  });

  it('does not sweep what an issue is placing', async () => {
    const key = makeKey('pdf', new Date());
    await app.find(IssueRepository).notePending([key]);
    await byClock(offMs, () => app.find(SweepService).sweep());
    expect(await app.prisma.pendingFile.count({ where: { key } })).toBe(1);
  });

  it('does not have swept what it is placing', async () => {
    const key = makeKey('pdf', new Date());
    await byClock(offMs, () => app.find(IssueRepository).notePending([key]));
    await app.find(SweepService).sweep();
    expect(await app.prisma.pendingFile.count({ where: { key } })).toBe(1);
  });

  it('sweeps what a crash has left half an hour ago', async () => {
    const key = makeKey('pdf', new Date());
    await byClock(offMs, () => app.find(IssueRepository).notePending([key]));
    await app.prisma.$executeRaw`
      UPDATE pending_files SET created_at = created_at - interval '31 minutes' WHERE key = ${key}`;
    await byClock(offMs, () => app.find(SweepService).sweep());
    expect(await app.prisma.pendingFile.count({ where: { key } })).toBe(0);
  });

  it('notes by the clock of the database when it read a file', async () => {
    const { json } = await app.post(`/api/tournaments/${await app.tournament()}/certificates/`, RESULT);
    const { id } = json;
    const [file] = await app.prisma.certificateFile.findMany({ where: { certificateId: id } });
    await byClock(offMs, () => app.find(IntegrityService).check(file as CertificateFile));
    const [{ noted } = { noted: false }] = await app.prisma.$queryRaw<{ noted: boolean }[]>`
      SELECT last_verified_at BETWEEN now() - interval '1 minute' AND now() AS noted
      FROM certificate_files WHERE key = ${file?.key}`;
    expect(noted).toBe(true);
  });

  it('deletes by the clock of the database, which counts the days until nothing can bring it back', async () => {
    const { json } = await app.post(`/api/tournaments/${await app.tournament()}/certificates/`, RESULT);
    await byClock(offMs, () => app.find(CertificatesRepository).softDelete(json.id));
    const [{ noted } = { noted: false }] = await app.prisma.$queryRaw<{ noted: boolean }[]>`
      SELECT deleted_at BETWEEN now() - interval '1 minute' AND now() AS noted
      FROM certificates WHERE id = ${json.id}::uuid`;
    expect(noted).toBe(true);
  });
});
