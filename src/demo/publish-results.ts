import { setTimeout as sleep } from 'node:timers/promises';
import { SingleBar } from 'cli-progress';
import type { ApiClient, CertificateJson } from './api-client.js';

export interface Example {
  tournament: { id: number; name: string; organizer_id: string; status: string; completed_at: string };
  results: { participant: { id: string; user_id: string; display_name: string } }[];
}

interface BatchJson {
  status: string;
  total: number;
  generated: number;
  skipped: number;
  failed: number;
  errors: { detail: string }[];
}

/** Publishes a result list: dry run, batch, and its progress until it is finished. Returns the active certificates. */
export async function publishResults(
  api: ApiClient,
  { tournament, results }: Example,
): Promise<CertificateJson[]> {
  const path = `/api/tournaments/${tournament.id}/`;
  const { id: _id, ...body } = tournament;
  await api.call('PUT', path, body, [200, 201]);
  const plan = await api.call<{ generated: number; skipped: number; errors: { detail: string }[] }>(
    'POST',
    `${path}certificates/generate-all/`,
    { results, dry_run: true },
    [200],
  );
  console.log(
    `Dry run: ${plan.generated} to generate, ${plan.skipped} exist already, ${plan.errors.length} errors`,
  );
  const accepted = await api.call<{ status_url: string }>(
    'POST',
    `${path}certificates/generate-all/`,
    { results },
    [202],
  );
  const batch = await follow(api, new URL(accepted.status_url).pathname);
  if (batch.failed > 0)
    throw new Error(`the batch failed: ${batch.errors.map((error) => error.detail).join('; ')}`);
  console.log(`Batch:   ${batch.generated} generated, ${batch.skipped} skipped, ${batch.failed} failed\n`);
  const page = await api.call<{ results: (CertificateJson & { revoked_at: string | null })[] }>(
    'GET',
    `${path}certificates/?page_size=200`,
    undefined,
    [200],
  );
  return page.results.filter((certificate) => certificate.revoked_at === null);
}

async function follow(api: ApiClient, path: string): Promise<BatchJson> {
  const bar = new SingleBar({
    format: 'Issuing  [{bar}] {value}/{total}  {duration_formatted}',
    stream: process.stdout,
  });
  let batch = await api.call<BatchJson>('GET', path, undefined, [200]);
  bar.start(batch.total, 0);
  while (batch.status !== 'finished') {
    await sleep(100);
    batch = await api.call<BatchJson>('GET', path, undefined, [200]);
    bar.update(batch.generated + batch.skipped + batch.failed);
  }
  bar.stop();
  return batch;
}
