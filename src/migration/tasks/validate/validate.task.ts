import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Content, StorageBackend } from '../../../storage/storage-backend.js';
import { itemsOf } from '../../engine/items.js';
import { type Done, ItemFailure, type Outcome, type Task } from '../../engine/task.js';
import { isFileMoving } from '../../runs/runs.js';
import { type FileRow, FileRows } from '../file-rows.js';
import { withLocalCopy } from '../local-copy.js';
import { s3Copy } from '../s3-copy.js';
import { asItIsNow } from './as-it-is-now.js';
import { count, noFigures } from './figures.js';
import { type Finding, findingOf, isOfBytes, judge } from './judge.js';
import { type Entry, merged } from './merged.js';
import { opensAsPdf } from './opens.js';
import { defaultSample, sampler } from './sample.js';

/** Rows a page of the merge reads at a time. */
const ROWS_AT_A_TIME = 1_000;
/** Time within which a run's rows follow its files, milliseconds; six times what outcomes wait to be written. */
const ROW_FOLLOWS_MS = 3_000;

/** Compares rows, disk and bucket, and reads a sample back. Changes nothing but the time of the last good check. */
export class ValidateTask implements Task<Entry, { read: boolean }> {
  readonly name = 'validate';
  readonly figures = noFigures();
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
    const findings = await this.#findings(entry);
    if (!entry.row && !entry.local && !entry.s3)
      return { kind: 'skipped', reason: 'it disappeared meanwhile' };
    count(this.figures, entry, findings);
    const [first] = findings;
    if (first) {
      const details = findings.map(({ code, detail }) =>
        code === first.code ? detail : `${code}: ${detail}`,
      );
      throw new ItemFailure(first.code, details.join('; '));
    }
    const read = this.#isToRead(entry);
    if (read) this.figures.read += 1;
    return { kind: 'done', change: { read } };
  }

  async commit(tx: pg.PoolClient, done: Done<Entry, { read: boolean }>[]): Promise<Set<string>> {
    const read = done.filter(({ change }) => change.read).map(({ item }) => item);
    if (read.length > 0) {
      // By the row as it was when the file was read: a copy that came to S3 since was not.
      const inS3 = read.filter(({ row }) => row?.migratedToS3At);
      await tx.query(
        `UPDATE certificate_files SET last_verified_at = now(), mismatched_at = NULL,
           s3_verified_at = CASE WHEN key = ANY($2) THEN now() ELSE s3_verified_at END
         WHERE key = ANY($1)`,
        [read.map(({ key }) => key), inS3.map(({ key }) => key)],
      );
    }
    return new Set(done.map(({ item }) => item.key));
  }

  async probe(): Promise<void> {
    await this.stores.s3.probe();
    await this.stores.local.probe();
  }

  /** What looks wrong is looked at again, and once more where another run may only not have written its row yet. */
  async #findings(entry: Entry): Promise<Finding[]> {
    let findings = await this.#look(entry);
    if (findings.every(isOfBytes)) return findings;
    const again = async (): Promise<Finding[]> => {
      try {
        Object.assign(entry, await asItIsNow(this.pool, this.stores, entry));
        return await this.#look(entry);
      } catch (error) {
        return [findingOf(error)];
      }
    };
    findings = await again();
    if (findings.every(isOfBytes) || !(await isFileMoving(this.pool))) return findings;
    await sleep(ROW_FOLLOWS_MS);
    return again();
  }

  async #look(entry: Entry): Promise<Finding[]> {
    const findings = judge(entry);
    if (findings.length > 0 || !this.#isToRead(entry)) return findings;
    try {
      await this.#readBack(entry.row as FileRow);
      return [];
    } catch (error) {
      return [findingOf(error)];
    }
  }

  #isToRead(entry: Entry): boolean {
    return entry.row !== undefined && this.#sampled.has(entry);
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
}

async function opened(file: FileRow, content: Content): Promise<void> {
  if (file.format !== 'pdf' || (await opensAsPdf(await buffer(await content.open())))) return;
  throw new ItemFailure('pdf_unreadable', 'it is what was issued, but is not a readable PDF');
}
