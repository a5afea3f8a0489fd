import { buffer } from 'node:stream/consumers';
import type pg from 'pg';
import type { Content, ObjectInfo, StorageBackend } from '../../../storage/storage-backend.js';
import { isStorageError } from '../../../storage/storage.errors.js';
import type { StorageKey } from '../../../storage/storage-key.js';
import { itemsOf } from '../../engine/items.js';
import { type Done, ItemFailure, type Outcome, type Task } from '../../engine/task.js';
import { type FileRow, FileRows, findFileRow } from '../file-rows.js';
import { localFailure, withLocalCopy } from '../local-copy.js';
import { s3Copy } from '../s3-copy.js';
import { type Finding, judge } from './judge.js';
import { type Entry, merged } from './merged.js';
import { opensAsPdf } from './opens.js';
import { defaultSample, sampler } from './sample.js';

/** What is there, and what is wrong with it. */
export interface ValidationFigures {
  rows: number;
  local: number;
  s3: number;
  missing: number;
  orphaned: number;
  differing: number;
  /** Files whose bytes were read and compared. */
  read: number;
}

/** Rows a page of the merge reads at a time. */
const ROWS_AT_A_TIME = 1_000;

/** Compares rows, disk and bucket, and reads a sample back. Changes nothing but the time of the last good check. */
export class ValidateTask implements Task<Entry, { read: boolean }> {
  readonly name = 'validate';
  readonly figures: ValidationFigures = {
    rows: 0,
    local: 0,
    s3: 0,
    missing: 0,
    orphaned: 0,
    differing: 0,
    read: 0,
  };
  readonly #rows: FileRows;
  readonly #entries: AsyncGenerator<Entry, void>;
  readonly #sampled = new WeakSet<Entry>();
  #pick: () => boolean = () => false;

  /** @param sample files to read back, `all`, or undefined for {@link defaultSample} */
  constructor(
    private readonly pool: pg.Pool,
    private readonly stores: { local: StorageBackend; s3: StorageBackend },
    private readonly sample: number | 'all' | undefined,
  ) {
    this.#rows = new FileRows(pool, 'true', []);
    const rows = itemsOf<FileRow>(
      { page: (after, limit) => this.#rows.page(after, limit) },
      { batchSize: ROWS_AT_A_TIME },
    );
    this.#entries = merged(rows, stores.local.list(), stores.s3.list());
  }

  async count(): Promise<number> {
    const rows = await this.#rows.count();
    const wanted = this.sample === 'all' ? rows : (this.sample ?? defaultSample(rows));
    this.#pick = sampler(wanted, rows);
    return rows;
  }

  /** The entries pass by once; `after` is always the last one given. */
  async page(_after: string, limit: number): Promise<Entry[]> {
    const page: Entry[] = [];
    while (page.length < limit) {
      const { value, done } = await this.#entries.next();
      if (done) break;
      if (value.row && (this.sample === 'all' || this.#pick())) this.#sampled.add(value);
      page.push(value);
    }
    return page;
  }

  async process(entry: Entry): Promise<Outcome<{ read: boolean }>> {
    let findings: Finding[] = [];
    let read = false;
    try {
      if (judge(entry).length > 0) Object.assign(entry, await this.#lookAgain(entry));
      if (!entry.row && !entry.local && !entry.s3) return { kind: 'skipped', reason: 'it went meanwhile' };
      findings = judge(entry);
      const [first] = findings;
      if (first) {
        const details = findings.map(({ code, detail }) =>
          code === first.code ? detail : `${code}: ${detail}`,
        );
        throw new ItemFailure(first.code, details.join('; '));
      }
      read = entry.row !== undefined && this.#sampled.has(entry);
      if (read) await this.#readBack(entry.row as FileRow);
    } catch (error) {
      if (error instanceof ItemFailure) {
        const codes = findings.map(({ code }) => code);
        this.#count(entry, codes.length > 0 ? codes : [error.code]);
      }
      throw error;
    }
    this.#count(entry, []);
    if (read) this.figures.read += 1;
    return { kind: 'done', change: { read } };
  }

  async commit(tx: pg.PoolClient, done: Done<Entry, { read: boolean }>[]): Promise<Set<string>> {
    const read = done.filter(({ change }) => change.read).map(({ item }) => item.key);
    if (read.length > 0) {
      await tx.query(
        `UPDATE certificate_files SET last_verified_at = now(), mismatched_at = NULL,
           s3_verified_at = CASE WHEN migrated_to_s3_at IS NULL THEN s3_verified_at ELSE now() END
         WHERE key = ANY($1)`,
        [read],
      );
    }
    return new Set(done.map(({ item }) => item.key));
  }

  async probe(): Promise<void> {
    await this.stores.s3.probe();
    await this.stores.local.probe();
  }

  /** Rows and listings are not of the same moment: what looks wrong is looked at once more, as it is now. */
  async #lookAgain({ key, ...rest }: Entry): Promise<Entry> {
    const [row, local, s3, pending] = await Promise.all([
      findFileRow(this.pool, key),
      statOf(this.stores.local, key).catch((error: unknown) => {
        throw localFailure(error);
      }),
      statOf(this.stores.s3, key),
      this.pool.query('SELECT 1 FROM pending_files WHERE key = $1', [key]),
    ]);
    // Being issued at this moment, or left by a crash and known to the sweep.
    if (!row && pending.rows.length > 0) return { ...rest, key, row, local: undefined, s3: undefined };
    return { ...rest, key, row, local, s3 };
  }

  async #readBack(file: FileRow): Promise<void> {
    const { local, s3 } = this.stores;
    // The bytes of both are the same, so one is opened; both are read.
    const open = (content: Content) => opened(file, content);
    if (file.storedLocallyAt) {
      await withLocalCopy(local, file, file.migratedToS3At ? async () => undefined : open);
    }
    if (file.migratedToS3At) await open(await s3Copy(s3, file));
  }

  #count({ row, local, s3 }: Entry, codes: string[]): void {
    const { figures } = this;
    if (row) figures.rows += 1;
    if (local) figures.local += 1;
    if (s3) figures.s3 += 1;
    if (codes.some((code) => /_missing$|^no_copy$/.test(code))) figures.missing += 1;
    if (codes.some((code) => code.endsWith('_orphan'))) figures.orphaned += 1;
    if (codes.some((code) => /_(differs|corrupt|unreadable|unrecorded)$/.test(code))) figures.differing += 1;
  }
}

async function statOf(store: StorageBackend, key: string): Promise<ObjectInfo | undefined> {
  try {
    return await store.stat(key as StorageKey);
  } catch (error) {
    if (isStorageError(error, 'not_found')) return undefined;
    throw error;
  }
}

async function opened(file: FileRow, content: Content): Promise<void> {
  if (file.format !== 'pdf' || (await opensAsPdf(await buffer(await content.open())))) return;
  throw new ItemFailure(
    'pdf_unreadable',
    'its bytes are those that were issued, but no PDF reader opens them',
  );
}
