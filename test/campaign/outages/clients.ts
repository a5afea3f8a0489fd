import { createHash } from 'node:crypto';
import type { Answer, TestApp } from '../../kit/app.js';
import { oneOf } from './faults.js';

export const sha256 = (bytes: ArrayBuffer | Buffer): string =>
  createHash('sha256').update(new Uint8Array(bytes)).digest('hex');

/** Clients of several services at once. They keep what was acknowledged, and what should never have been answered. */
export class Clients {
  /** Hash of the PDF by the certificate's id. */
  readonly issued = new Map<string, string>();
  /** Asked to be deleted, whatever the answer was. */
  readonly given = new Set<string>();
  readonly deleted = new Set<string>();
  readonly answers: Record<string, number> = {};
  readonly wrong: string[] = [];
  private stopped = false;
  private participants = 0;
  private readonly running: Promise<void[]>;

  constructor(
    private readonly apps: TestApp[],
    private readonly tournament: number,
    count: number,
  ) {
    this.running = Promise.all(Array.from({ length: count }, () => this.client()));
  }

  /** Resolves when the last request is answered. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  private async client(): Promise<void> {
    while (!this.stopped) {
      const id = oneOf([...this.issued.keys()]);
      const dice = Math.random();
      if (!id || dice < 0.6) await this.issue();
      else if (dice < 0.95) await this.download(id);
      else await this.delete(id);
    }
  }

  private async issue(): Promise<void> {
    const answer = await oneOf(this.apps).post(`/api/tournaments/${this.tournament}/certificates/`, {
      participant: { id: `${this.participants++}`, user_id: 'owner', display_name: 'Judit Polgár' },
      certificate_type: 'participant',
    });
    if (answer.status === 201) this.issued.set(answer.json.id, answer.json.certificate_hash);
    this.note('issue', answer, [201, 503]);
  }

  private async download(id: string): Promise<void> {
    const delivery = oneOf(['proxy', 'redirect']);
    const path = `/api/tournaments/certificates/${id}/download/?delivery=${delivery}`;
    const answer = await oneOf(this.apps).request('GET', path, { as: 'owner' });
    // Deleted while it was asked for, or perhaps deleted.
    const mayBeGone = this.given.has(id) ? [410] : [];
    this.note('download', answer, [200, 302, 503, ...mayBeGone]);
    const bytes = answer.status === 302 ? await fetched(answer) : answer.bytes;
    const came = answer.status === 200 || (answer.status === 302 && bytes);
    if (came && bytes && sha256(bytes) !== this.issued.get(id)) this.wrong.push(`other bytes for ${id}`);
  }

  private async delete(id: string): Promise<void> {
    this.given.add(id);
    const answer = await oneOf(this.apps).delete(`/api/tournaments/certificates/${id}/`);
    if (answer.status === 204) this.deleted.add(id);
    this.note('delete', answer, [204, 404, 410, 503]);
  }

  private note(what: string, { status, bytes }: Answer, expected: number[]): void {
    const key = `${what} ${status}`;
    this.answers[key] = (this.answers[key] ?? 0) + 1;
    if (!expected.includes(status)) this.wrong.push(`${key}: ${bytes.toString()}`);
  }
}

/** From S3 itself, by the way that is broken; undefined where nothing whole came. */
async function fetched(answer: Answer): Promise<ArrayBuffer | undefined> {
  try {
    const response = await fetch(answer.headers.get('location') ?? '');
    return response.ok ? await response.arrayBuffer() : undefined;
  } catch {
    return undefined;
  }
}
