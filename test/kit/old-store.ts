import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { aPdf } from './certificate-store.js';

export interface OldCertificate {
  code: string;
  path: string;
  sha256: string;
}

const COLUMNS =
  'verification_code,certificate_hash,certificate_type,placement,tournament_id,tournament_name,organizer_id,' +
  'participant_id,user_id,display_name,generated_at,file_pdf';

/** The store that certificates are imported from: files below a MEDIA_ROOT, and a manifest in CSV. */
export class OldStore {
  readonly certificates: OldCertificate[] = [];

  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
  }

  /** @returns those that were added; every manifest has all of them */
  add(count: number, [least, most]: [number, number] = [200, 2000]): OldCertificate[] {
    const added = Array.from({ length: count }, () => {
      const code = randomUUID();
      const path = `certificates/pdf/2025/01/${code}.pdf`;
      const bytes = aPdf(least + Math.floor(Math.random() * (most - least)));
      mkdirSync(dirname(this.#pathOf(path)), { recursive: true });
      writeFileSync(this.#pathOf(path), bytes);
      return { code, path, sha256: createHash('sha256').update(bytes).digest('hex') };
    });
    this.certificates.push(...added);
    return added;
  }

  lose({ path }: OldCertificate): void {
    rmSync(this.#pathOf(path));
  }

  /** Writes the manifest. @returns the command that imports by it */
  command(): string[] {
    const lines = this.certificates.map(
      ({ code, path, sha256 }) =>
        `${code},${sha256},participant,,7,Winter Cup,9,${code},,Judit Polgár,2025-01-02T03:04:05Z,${path}`,
    );
    const manifest = join(this.folder, 'manifest.csv');
    writeFileSync(manifest, [COLUMNS, ...lines].join('\n'));
    return ['import', '--media-root', this.folder, '--manifest', manifest];
  }

  #pathOf(path: string): string {
    return join(this.folder, path);
  }
}
