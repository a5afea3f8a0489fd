import type pg from 'pg';
import { ItemFailure } from '../../engine/task.js';
import type { CheckedCertificate } from './certificate-schema.js';
import type { Entry } from './entry.js';

/** What only one certificate may have, in the manifest and here: its code, and its place while it is active. */
export class Conflicts {
  readonly #claims = new Map<string, Entry>();

  constructor(private readonly pool: pg.Pool) {}

  /**
   * Whether the manifest had it before, with the same PDF. To be asked once its files are known to be right: what can't
   * be imported keeps nothing from another.
   * @throws ItemFailure `conflict`
   */
  async isTwin(entry: Entry, certificate: CheckedCertificate): Promise<boolean> {
    const twin = this.#claim(certificate.verification_code, entry);
    if (twin) {
      if (twin.pdfSha256 === entry.pdfSha256) return true;
      throw new ItemFailure('conflict', 'another PDF in the manifest has this verification code');
    }
    await this.#checkActive(entry, certificate);
    return false;
  }

  async #checkActive(entry: Entry, certificate: CheckedCertificate): Promise<void> {
    const { tournament_id, participant_id, certificate_type, revoked_at } = certificate;
    if (participant_id === null || revoked_at !== null) return;
    const place = [tournament_id, participant_id, certificate_type];
    const { rows } = await this.pool.query(
      `SELECT 1 FROM certificates WHERE tournament_id = $1 AND participant_id = $2 AND certificate_type = $3
         AND revoked_at IS NULL AND deleted_at IS NULL`,
      place,
    );
    if (rows.length === 0 && !this.#claim(JSON.stringify(place), entry)) return;
    throw new ItemFailure(
      'conflict',
      `its participant has another active ${certificate_type} certificate of tournament ${tournament_id}: revoke one`,
    );
  }

  /** @returns the entry that has it, where it is another one */
  #claim(what: string, entry: Entry): Entry | undefined {
    const holder = this.#claims.get(what) ?? entry;
    this.#claims.set(what, holder);
    return holder === entry ? undefined : holder;
  }
}
