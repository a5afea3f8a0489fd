import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { objectMeta } from '../../../certificates/object-meta.js';
import { CONTENT_TYPES, makeKey } from '../../../storage/storage-key.js';
import type { Storage } from '../../../storage/storage.js';
import { type Done, ItemFailure, type Outcome, type Task } from '../../engine/task.js';
import type { CheckedCertificate } from './certificate-schema.js';
import { Conflicts } from './conflicts.js';
import { check, entriesOf, type Entry } from './entry.js';
import { type Imported, insertCertificate } from './insert-certificate.js';
import type { OldCertificate } from './old-certificate.js';
import { type OldFile, readOldFiles } from './old-files.js';

/**
 * Takes certificates over from a Django store.
 *
 * | verification code | files | then |
 * |---|---|---|
 * | here, with the same PDF | | skipped |
 * | here, with another PDF | | failed, `conflict` |
 * | in the manifest before, with the same PDF | | skipped |
 * | in the manifest before, with another PDF | | failed, `conflict` |
 * | new, though its participant has an active one of its type | | failed, `conflict` |
 * | new | as recorded | placed as the storage mode says, rows written in one transaction |
 * | new, but its award was issued here before its rows were written | | failed, `changed_meanwhile` |
 * | new | missing, unreadable, other than recorded | failed, `local_missing`, `local_unreadable`, `local_corrupt` |
 *
 * As with issuing, keys are noted as pending before the first byte is placed, so that a kill leaves nothing unknown.
 */
export class ImportTask implements Task<Entry, Imported> {
  readonly name = 'import';
  readonly unwritten = new ItemFailure(
    'changed_meanwhile',
    'not imported, because its award was issued here meanwhile, or its files waited too long: run it again',
  );
  readonly #entries: Entry[];
  readonly #conflicts: Conflicts;

  /** @param mediaRoot of the old store; absolute and without links @param dryRun notes nothing as pending */
  constructor(
    private readonly pool: pg.Pool,
    private readonly storage: Storage,
    private readonly old: { mediaRoot: string; certificates: OldCertificate[] },
    private readonly dryRun: boolean,
  ) {
    this.#entries = entriesOf(old.certificates);
    this.#conflicts = new Conflicts(pool);
  }

  async count(): Promise<number> {
    return this.#entries.length;
  }

  async page(after: string, limit: number): Promise<Entry[]> {
    const from = this.#entries.findIndex(({ key }) => key > after);
    return from < 0 ? [] : this.#entries.slice(from, from + limit);
  }

  async process(entry: Entry): Promise<Outcome<Imported>> {
    const certificate = check(entry);
    const known = await this.#find(certificate);
    const files = known ? [] : await readOldFiles(this.old.mediaRoot, certificate);
    if (known) {
      if (certificate.certificate_hash === null || known.hash === certificate.certificate_hash) {
        return { kind: 'skipped', reason: 'it was imported before' };
      }
      throw new ItemFailure('conflict', 'the database has another PDF with this verification code');
    }
    await this.#checkTournament(certificate);
    entry.pdfSha256 = files[0]?.content.sha256 ?? '';
    if (await this.#conflicts.isTwin(entry, certificate)) {
      return { kind: 'skipped', reason: 'it is in the manifest twice' };
    }
    const id = randomUUID();
    entry.certificateId = id;
    entry.size = files.reduce((sum, { content }) => sum + content.size, 0);
    const placed = await this.#place(certificate, files);
    const note = certificate.certificate_hash === null ? { note: 'no SHA-256 was recorded' } : {};
    const { pdfSha256 } = entry;
    return { kind: 'done', change: { id, certificate, pdfSha256, files: placed }, ...note };
  }

  async commit(tx: pg.PoolClient, done: Done<Entry, Imported>[]): Promise<Set<string>> {
    const written = new Set<string>();
    for (const { item, change } of done) if (await insertCertificate(tx, change)) written.add(item.key);
    return written;
  }

  probe(): Promise<void> {
    return this.storage.probe();
  }

  async #find({ verification_code }: CheckedCertificate): Promise<{ hash: string } | undefined> {
    const { rows } = await this.pool.query<{ hash: string }>(
      'SELECT certificate_hash AS hash FROM certificates WHERE verification_code = $1',
      [verification_code],
    );
    return rows[0];
  }

  async #checkTournament({ tournament, tournament_id }: CheckedCertificate): Promise<void> {
    if (tournament) return;
    const { rows } = await this.pool.query('SELECT 1 FROM tournaments WHERE id = $1', [tournament_id]);
    if (rows.length > 0) return;
    throw new ItemFailure(
      'unknown_tournament',
      `tournament ${tournament_id} is neither in the manifest nor in the database`,
    );
  }

  async #place(certificate: CheckedCertificate, files: OldFile[]): Promise<Imported['files']> {
    const { generated_at, verification_code, tournament_id, placement } = certificate;
    const named = files.map((file) => ({ ...file, key: makeKey(file.format, generated_at) }));
    if (!this.dryRun) {
      await this.pool.query('INSERT INTO pending_files (key) SELECT unnest($1::text[])', [
        named.map(({ key }) => key),
      ]);
    }
    const about = {
      verificationCode: verification_code,
      tournamentId: tournament_id,
      placement,
      generatedAt: generated_at,
    };
    return Promise.all(
      named.map(async ({ key, format, content }) => ({
        key,
        format,
        contentType: CONTENT_TYPES[format],
        size: content.size,
        sha256: content.sha256,
        ...(await this.storage.place(key, content, objectMeta(about, format))),
      })),
    );
  }
}
