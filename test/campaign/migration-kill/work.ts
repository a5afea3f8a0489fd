import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { CertificateStore, SeededFile } from '../../kit/certificate-store.js';
import { OldStore } from '../../kit/old-store.js';
import { OperatorCommand } from '../../kit/operator-command.js';

export type CommandName = 'migrate' | 'queue' | 'validate' | 'restore' | 'retire' | 'import' | 'erase';
const TO_ERASE = 2;

/** Makes enough for each command to do that it can be killed while it does it, and knows what must be there at the end. */
export class Work {
  readonly #old: OldStore;
  /** Of the files that are not erased: SHA-256 by key; those imported, by verification code. */
  readonly #seeded = new Map<string, string>();

  /** @param files in all @param slice files that one round adds */
  constructor(
    private readonly store: CertificateStore,
    private readonly files: number,
    private readonly slice: number,
    private readonly sizes: [number, number],
  ) {
    this.#old = new OldStore(join(store.folder, 'old'));
  }

  get made(): number {
    return this.#seeded.size + this.#old.certificates.length;
  }

  /** @returns the command */
  async for(name: CommandName): Promise<string[]> {
    switch (name) {
      case 'migrate':
        await this.seed(this.slice);
        return ['migrate'];
      case 'queue':
        await this.seed(this.slice);
        return ['migrate', '--queue', '--batch-size', '40'];
      case 'validate':
        return ['validate', '--all'];
      case 'restore':
        await this.#loseFromDisk();
        return ['restore'];
      case 'retire':
        await this.run(['restore']);
        return ['retire', '--execute', '--yes', '--older-than-days', '0'];
      case 'import':
        this.#old.add(Math.min(this.slice, this.files - this.made), this.sizes);
        return this.#old.command();
      case 'erase':
        await this.store.seed(this.slice, { tournamentId: TO_ERASE, sizes: this.sizes });
        await this.run(['migrate', '--tournament-id', String(TO_ERASE)]);
        await this.store.pool.query(
          `UPDATE certificates SET deleted_at = now() - interval '31 days' WHERE tournament_id = $1`,
          [TO_ERASE],
        );
        return ['erase', '--execute'];
    }
  }

  async seed(count: number): Promise<void> {
    const files: SeededFile[] = await this.store.seed(Math.min(count, this.files - this.made), {
      sizes: this.sizes,
    });
    for (const { key, bytes } of files) {
      this.#seeded.set(key, createHash('sha256').update(bytes).digest('hex'));
    }
  }

  /** Lets a command end, and all that it did be right. @returns what it printed */
  async run(args: string[]) {
    const { code, json, stderr } = await OperatorCommand.run(
      [...args, '--json'],
      this.store.folder,
      this.store.env,
    );
    expect([args[0], code, json?.errors, code === 0 ? '' : stderr]).toEqual([args[0], 0, [], '']);
    return json;
  }

  /** What must be there at the end, and nothing else: SHA-256 by key. */
  async expected(): Promise<Map<string, string>> {
    const { rows } = await this.store.pool.query<{ key: string; code: string }>(
      `SELECT f.key, c.verification_code AS code
       FROM certificate_files f JOIN certificates c ON c.id = f.certificate_id WHERE c.verification_code = ANY($1)`,
      [this.#old.certificates.map(({ code }) => code)],
    );
    const keys = new Map(rows.map(({ key, code }) => [code, key]));
    const imported = this.#old.certificates.map(({ code, sha256 }): [string, string] => [
      keys.get(code) ?? `not imported: ${code}`,
      sha256,
    ]);
    return new Map([...this.#seeded, ...imported]);
  }

  async #loseFromDisk(): Promise<void> {
    const { rows } = await this.store.pool.query<{ key: string }>(
      `SELECT key FROM certificate_files WHERE migrated_to_s3_at IS NOT NULL ORDER BY random() LIMIT $1`,
      [this.slice],
    );
    for (const { key } of rows) rmSync(this.store.pathOf(key), { force: true });
  }
}
