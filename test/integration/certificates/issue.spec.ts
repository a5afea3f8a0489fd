import { rename } from 'node:fs/promises';
import { SweepService } from '../../../src/certificates/issuing/sweep.service.js';
import { IssueRepository } from '../../../src/certificates/issuing/issue.repository.js';
import { Storage } from '../../../src/storage/storage.js';
import { type TestApp, startApp } from '../../kit/app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const winner = (id: string, more: object = {}) => ({
  participant: { id, user_id: `user-${id}`, display_name: 'Judit Polgár' },
  certificate_type: 'winner',
  placement: 1,
  ...more,
});

describe('issuing', () => {
  it('answers 201 with all facts, and 200 with the same certificate when asked again', async () => {
    const tournament = await app.tournament();
    const first = await app.post(`/api/tournaments/${tournament}/certificates/`, winner('1'));
    expect(first.status).toBe(201);
    expect(first.json).toMatchObject({
      tournament_id: tournament,
      participant_id: '1',
      user_id: 'user-1',
      display_name: 'Judit Polgár',
      certificate_type: 'winner',
      placement: 1,
      language: 'en',
      download_count: 0,
      downloaded_at: null,
      revoked_at: null,
      deleted_at: null,
      erased_at: null,
    });
    const files = first.json.files;
    expect(files.map((file: { format: string; location: string }) => [file.format, file.location])).toEqual([
      ['pdf', 'local'],
      ['png', 'local'],
    ]);
    expect(files[0].key).toMatch(/^pdf\/\d{4}\/\d{2}\/[0-9a-f-]{36}\.pdf$/);
    expect(first.json.certificate_hash).toBe(files[0].sha256);
    const again = await app.post(`/api/tournaments/${tournament}/certificates`, winner('1'));
    expect(again.status).toBe(200);
    expect(again.json).toEqual(first.json);
  });

  it('with force_regenerate revokes the active one and issues anew', async () => {
    const tournament = await app.tournament();
    const path = `/api/tournaments/${tournament}/certificates/`;
    const old = await app.post(path, winner('1'));
    const renewed = await app.post(path, winner('1', { force_regenerate: true }));
    expect(renewed.status).toBe(201);
    expect(renewed.json.id).not.toBe(old.json.id);
    const before = await app.get(`/api/tournaments/certificates/${old.json.id}/`);
    expect(before.json.revoked_reason).toBe('superseded by a newer certificate');
  });

  it('issues one certificate when ten ask at once, and leaves no file without a row', async () => {
    const tournament = await app.tournament();
    const path = `/api/tournaments/${tournament}/certificates/`;
    const answers = await Promise.all(Array.from({ length: 10 }, () => app.post(path, winner('1'))));
    expect(answers.map((answer) => answer.status).sort()).toEqual([...Array(9).fill(200), 201]);
    expect(new Set(answers.map((answer) => answer.json.id)).size).toBe(1);
    await app.expectNoOrphans();
  });

  it('keeps one active certificate when five force at once', async () => {
    const tournament = await app.tournament();
    const path = `/api/tournaments/${tournament}/certificates/`;
    await Promise.all(
      Array.from({ length: 5 }, () => app.post(path, winner('1', { force_regenerate: true }))),
    );
    const active = await app.prisma.certificate.count({
      where: { tournamentId: tournament, revokedAt: null },
    });
    expect(active).toBe(1);
    await app.expectNoOrphans();
  });

  it('issues again after a revocation and after a deletion', async () => {
    const tournament = await app.tournament();
    const path = `/api/tournaments/${tournament}/certificates/`;
    const first = await app.post(path, winner('1'));
    await app.post(`/api/tournaments/certificates/${first.json.id}/revoke/`, { reason: 'wrong result' });
    const second = await app.post(path, winner('1'));
    expect(second.status).toBe(201);
    await app.delete(`/api/tournaments/certificates/${second.json.id}/`);
    expect((await app.post(path, winner('1'))).status).toBe(201);
  });
});

describe('what can not be issued', () => {
  it('says which tournament is unknown or not completed', async () => {
    const unknown = await app.post('/api/tournaments/999999/certificates/', winner('1'));
    expect([unknown.status, unknown.json.code]).toEqual([404, 'unknown_tournament']);
    const running = await app.tournament({ status: 'running' });
    const early = await app.post(`/api/tournaments/${running}/certificates/`, winner('1'));
    expect([early.status, early.json.code]).toEqual([409, 'tournament_not_completed']);
  });

  it.each([
    ['unknown type', { certificate_type: 'loser' }, 422],
    ['unknown language', { language: 'tlh' }, 422],
    ['placement 0', { placement: 0 }, 422],
    ['placement -1', { placement: -1 }, 422],
    ['placement 1.5', { placement: 1.5 }, 422],
    ['empty name', { participant: { id: '1', display_name: '' } }, 422],
    ['long name', { participant: { id: '1', display_name: 'x'.repeat(201) } }, 422],
    ['name of control characters', { participant: { id: '1', display_name: '\u0000\u0007' } }, 422],
    ['body of 10 MB', { participant: { id: '1', display_name: 'x'.repeat(10_000_000) } }, 413],
  ])('refuses %s with a code and a sentence', async (_what, part, status) => {
    const tournament = await app.tournament();
    const answer = await app.post(`/api/tournaments/${tournament}/certificates/`, winner('1', part));
    expect(answer.status).toBe(status);
    expect(answer.contentType).toMatch(/^application\/problem\+json/);
    expect(answer.json.code).toMatch(/^[a-z_]+$/);
    expect(answer.json.detail.length).toBeGreaterThan(20);
    expect(await app.prisma.certificate.count({ where: { tournamentId: tournament } })).toBe(0);
  });

  it('names a character that no font has', async () => {
    const tournament = await app.tournament();
    const answer = await app.post(
      `/api/tournaments/${tournament}/certificates/`,
      winner('1', { participant: { id: '1', display_name: 'Cuneiform 𒀀' } }),
    );
    expect(answer.status).toBe(422);
    expect(answer.json).toMatchObject({ code: 'unprintable_text', field: 'display_name', characters: ['𒀀'] });
    expect(answer.json.detail).toContain('U+12000');
  });

  it('refuses malformed JSON and malformed ids', async () => {
    const tournament = await app.tournament();
    const broken = await app.raw('POST', `/api/tournaments/${tournament}/certificates/`, '{"participant":');
    expect([broken.status, broken.json.code]).toEqual([400, 'malformed_json']);
    const numbers = ['x1', '0x10', '1e1', '1.0', '%207', '+7'].map(
      (id) => `/api/tournaments/${id}/certificates/`,
    );
    for (const path of ['/api/tournaments/certificates/not-a-uuid/', ...numbers]) {
      const answer = await app.get(path);
      expect([path, answer.status]).toEqual([path, 422]);
      expect(answer.json.detail).toMatch(/UUID|whole number/);
    }
  });
});

describe('bad days', () => {
  it('answers 503 when the disk refuses, leaves nothing, and works again by itself', async () => {
    const tournament = await app.tournament();
    const path = `/api/tournaments/${tournament}/certificates/`;
    await rename(app.mediaRoot, `${app.mediaRoot}.away`);
    await app.blockMediaRoot();
    const refused = await app.post(path, winner('1'));
    expect([refused.status, refused.json.code]).toEqual([503, 'storage_unavailable']);
    expect(refused.headers.get('retry-after')).toBe('300');
    await app.unblockMediaRoot();
    await rename(`${app.mediaRoot}.away`, app.mediaRoot);
    expect(await app.prisma.certificate.count({ where: { tournamentId: tournament } })).toBe(0);
    expect((await app.post(path, winner('1'))).status).toBe(201);
    await app.sweepNow();
    await app.expectNoOrphans();
  });

  it('issues nothing whose files the sweep took for those of a crash', async () => {
    const tournament = await app.tournament();
    const repository = app.find(IssueRepository);
    const commit = repository.commit.bind(repository);
    jest.spyOn(repository, 'commit').mockImplementationOnce(async (...placed) => {
      await app.sweepNow();
      return commit(...placed);
    });
    const answer = await app.post(`/api/tournaments/${tournament}/certificates/`, winner('1'));
    expect([answer.status, answer.json.code]).toEqual([409, 'concurrent_issue']);
    expect(await app.prisma.certificate.count({ where: { tournamentId: tournament } })).toBe(0);
    await app.expectNoOrphans();
  });

  it('spares in its sweep what an issue that commits at this moment has placed', async () => {
    const key = await app.leaveOrphan();
    await app.prisma.$transaction(async (tx) => {
      await tx.pendingFile.delete({ where: { key } });
      await app.sweepNow();
    });
    expect(await app.fileExists(key)).toBe(true);
    await app.prisma.pendingFile.create({ data: { key } });
    await app.sweepNow();
  });

  it('sweeps what a crash left, a placed file without a row, once no issue can still be about to commit it', async () => {
    const key = await app.leaveOrphan();
    await app.find(SweepService).sweep();
    expect(await app.fileExists(key)).toBe(true);
    expect(await app.sweepNow()).toMatchObject({ removed: expect.any(Number), failed: 0 });
    expect(await app.fileExists(key)).toBe(false);
    await app.expectNoOrphans();
  });

  it('ends its sweep after the file in hand when the worker is told to stop', async () => {
    const keys = [await app.leaveOrphan(), await app.leaveOrphan()];
    const stop = new AbortController();
    const storage = app.find(Storage);
    const remove = storage.remove.bind(storage);
    jest.spyOn(storage, 'remove').mockImplementationOnce(async (key) => {
      stop.abort();
      return remove(key);
    });
    await expect(app.find(SweepService).sweep(-60_000, stop.signal)).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(await app.prisma.pendingFile.count({ where: { key: { in: keys } } })).toBe(1);
    await app.sweepNow();
    await app.expectNoOrphans();
  });
});
