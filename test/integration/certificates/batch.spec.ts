import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BatchProcessor } from '../../../src/certificates/batches/batch.processor.js';
import { type TestApp, startApp } from '../../kit/app.js';
import { until } from '../../kit/until.js';
import { services } from '../../services/index.js';

const { results } = JSON.parse(
  readFileSync(join(__dirname, '../../../examples/candidates-2024.json'), 'utf8'),
) as {
  results: { participant: { id: string; display_name: string } }[];
};

describe.each(['PostgreSQL', 'Redis'] as const)('batches queued in %s', (queue) => {
  let app: TestApp;
  beforeAll(async () => {
    const env: Record<string, string> = queue === 'Redis' ? { REDIS_URL: (await services.redis()).url } : {};
    app = await startApp({ worker: true, env });
  });
  afterAll(() => app.close());

  const finished = (statusUrl: string) =>
    until(async () => {
      const { json } = await app.get(statusUrl);
      return json.status === 'finished' && json;
    });

  describe('generate-all', () => {
    it('tells what it would do, does it, and has nothing to do the second time', async () => {
      const tournament = await app.tournament();
      const path = `/api/tournaments/${tournament}/certificates/generate-all/`;
      const plan = await app.post(path, { results, dry_run: true });
      expect([plan.status, plan.json]).toEqual([200, { generated: 8, skipped: 0, errors: [] }]);
      expect(await app.prisma.certificate.count({ where: { tournamentId: tournament } })).toBe(0);

      const accepted = await app.post(path, { results });
      expect(accepted.status).toBe(202);
      expect(await finished(accepted.json.status_url)).toMatchObject({
        batch_id: accepted.json.batch_id,
        total: 8,
        generated: 8,
        skipped: 0,
        failed: 0,
        errors: [],
      });
      expect((await app.post(path, { results, dry_run: true })).json).toEqual({
        generated: 0,
        skipped: 8,
        errors: [],
      });
      const again = await app.post(path, { results });
      expect(await finished(again.json.status_url)).toMatchObject({ generated: 0, skipped: 8, failed: 0 });
      const page = await app.get(`/api/tournaments/${tournament}/certificates/`);
      expect(page.json.results).toHaveLength(8);
      expect(page.json.next).toBeNull();
      await app.expectNoOrphans();
    });

    it('reports what can not be printed, in the dry run as in the run, and issues the rest', async () => {
      const tournament = await app.tournament();
      const path = `/api/tournaments/${tournament}/certificates/generate-all/`;
      const some = [...results.slice(0, 2), { ...results[2], participant: { id: 'x', display_name: '𒀀' } }];
      const error = {
        index: 2,
        participant_id: 'x',
        code: 'unprintable_text',
        detail: expect.stringContaining('U+12000'),
      };
      const plan = await app.post(path, { results: some, dry_run: true });
      expect(plan.json).toEqual({ generated: 2, skipped: 0, errors: [error] });
      const accepted = await app.post(path, { results: some });
      expect(await finished(accepted.json.status_url)).toMatchObject({
        generated: 2,
        failed: 1,
        errors: [error],
      });
    });

    it('lets others issue during a long dry run', async () => {
      const tournament = await app.tournament();
      const path = `/api/tournaments/${tournament}/certificates/`;
      const many = Array.from({ length: 800 }, (_, n) => ({
        participant: { id: String(n), display_name: `শ্রীকৃষ্ণ ${n} ক্ষত্রিয় বাংলাদেশ জাতীয় দাবা` },
        certificate_type: 'participant',
      }));
      const order: string[] = [];
      const plan = app.post(`${path}generate-all/`, { results: many, dry_run: true });
      const [issued, planned] = await Promise.all([
        app.post(path, results[0]).finally(() => order.push('issued')),
        plan.finally(() => order.push('planned')),
      ]);
      expect([issued.status, planned.json.generated, order]).toEqual([201, 800, ['issued', 'planned']]);
    });

    it('forgets the names it carried', async () => {
      const tournament = await app.tournament();
      const accepted = await app.post(`/api/tournaments/${tournament}/certificates/generate-all/`, {
        results,
      });
      await finished(accepted.json.status_url);
      const named = await app.prisma.batchItem.count({
        where: { batchId: accepted.json.batch_id, displayName: { not: null } },
      });
      expect(named).toBe(0);
    });

    it('takes up a batch whose job was lost', async () => {
      const tournament = await app.tournament();
      const batchId = await app.createBatchWithoutJob(tournament, results);
      await app.resumeStaleBatches();
      const done = await finished(`/api/tournaments/${tournament}/certificates/batches/${batchId}/`);
      expect(done).toMatchObject({ generated: 8, failed: 0 });
    });

    it('issues each award once, by force too, when its job is delivered twice at once and once more', async () => {
      const tournament = await app.tournament();
      const forced = results.map((result) => ({ ...result, force_regenerate: true }));
      const batchId = await app.createBatchWithoutJob(tournament, forced);
      const processor = app.find(BatchProcessor);
      const again = () => processor.process(batchId, new AbortController().signal);
      await Promise.all([again(), again()]);
      // As after a kill between the last result and the batch's own end.
      await app.prisma.batch.update({ where: { id: batchId }, data: { finishedAt: null } });
      await again();
      const certificates = await app.prisma.certificate.findMany({ where: { tournamentId: tournament } });
      expect(certificates.map(({ revokedAt }) => revokedAt)).toEqual(results.map(() => null));
      await app.expectNoOrphans();
    });

    it('refuses duplicates, too many and none', async () => {
      const tournament = await app.tournament();
      const path = `/api/tournaments/${tournament}/certificates/generate-all/`;
      const many = Array.from({ length: 10_001 }, (_, id) => ({
        participant: { id, display_name: 'x' },
        certificate_type: 'participant',
      }));
      for (const body of [{ results: [results[0], results[0]] }, { results: many }, { results: [] }]) {
        const answer = await app.post(path, body);
        expect(answer.status).toBe(422);
        expect(answer.json.code).toBe('validation_failed');
      }
      expect(await app.prisma.batch.count({ where: { tournamentId: tournament } })).toBe(0);
    });

    it('is 404 for a batch of another tournament', async () => {
      const [one, other] = [await app.tournament(), await app.tournament()];
      const accepted = await app.post(`/api/tournaments/${one}/certificates/generate-all/`, {
        results: results.slice(0, 1),
      });
      const answer = await app.get(
        `/api/tournaments/${other}/certificates/batches/${accepted.json.batch_id}/`,
      );
      expect([answer.status, answer.json.code]).toEqual([404, 'unknown_batch']);
      await finished(accepted.json.status_url);
    });
  });

  describe('the list', () => {
    it('pages by cursor without repeating or skipping', async () => {
      const tournament = await app.tournament();
      const accepted = await app.post(`/api/tournaments/${tournament}/certificates/generate-all/`, {
        results,
      });
      await finished(accepted.json.status_url);
      const seen: string[] = [];
      let next: string | null = `/api/tournaments/${tournament}/certificates/?page_size=3`;
      let pages = 0;
      while (next) {
        const page = await app.get(next);
        seen.push(...page.json.results.map((row: { id: string }) => row.id));
        next = page.json.next;
        pages++;
      }
      expect([seen.length, new Set(seen).size, pages]).toEqual([8, 8, 3]);
    });

    it.each(['cursor=x', 'page_size=0', 'page_size=201', 'page_size=ten', 'page_size=1e1', 'offset=5'])(
      'refuses ?%s',
      async (query) => {
        const tournament = await app.tournament();
        const answer = await app.get(`/api/tournaments/${tournament}/certificates/?${query}`);
        expect(answer.status).toBe(422);
      },
    );
  });
});
