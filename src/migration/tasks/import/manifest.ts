import { readFile } from 'node:fs/promises';
import { CsvError, parse as parseCsv } from 'csv-parse/sync';
import { z } from 'zod';
import { certificateSchema } from './certificate-schema.js';
import { fromDump } from './dumpdata.js';
import { type Fields, type OldCertificate, tournamentOf } from './old-certificate.js';

/** The manifest as a whole can't be read. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';
}

/** Columns that no certificate can do without. */
const NEEDED = ['verification_code', 'certificate_type', 'tournament_id', 'generated_at', 'file_pdf'];
const TOURNAMENT = ['tournament_name', 'organizer_id', 'tournament_status', 'tournament_completed_at'];
const READ = [...Object.keys(certificateSchema.omit({ tournament: true }).shape), ...TOURNAMENT];

/**
 * Reads a manifest: JSON as `manage.py dumpdata` writes it (models tournament, registration, certificate, and user
 * where it is there), or CSV with one certificate a line.
 * @param notice what the operator should know of it; a column may be misspelt
 * @throws ManifestError saying what is wrong
 */
export async function readManifest(path: string, notice: (text: string) => void): Promise<OldCertificate[]> {
  try {
    const text = textFrom(await readFile(path));
    const certificates = /^\s*\[/.test(text) ? fromDump(JSON.parse(text), notice) : fromCsv(text, notice);
    if (certificates.length === 0) notice('has no certificates in it');
    return certificates;
  } catch (error) {
    throw new ManifestError(`${path}: ${explain(error)}`, { cause: error });
  }
}

/** UTF-8, or what its byte order mark says: Excel and PowerShell write UTF-16. Names in another encoding would be garbled. */
function textFrom(bytes: Buffer): string {
  const mark = bytes.toString('latin1', 0, 2);
  const encoding = mark === '\xff\xfe' ? 'utf-16le' : mark === '\xfe\xff' ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding, { fatal: true }).decode(bytes);
}

/** The parsers' own messages quote the manifest, which may be a person's name. */
function explain(error: unknown): string {
  if (error instanceof z.ZodError) return error.issues[0]?.message ?? '';
  if (error instanceof CsvError) {
    const line = Number(error['lines']);
    return `line ${line} is ${line === 1 ? 'neither the start of a JSON list nor' : 'not'} CSV: ${error.code}`;
  }
  if (error instanceof SyntaxError) {
    return `is not JSON${/ at position \d+/.exec(error.message)?.[0] ?? ''}: \`python3 -m json.tool\` shows where`;
  }
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ERR_STRING_TOO_LONG' || code === 'ERR_FS_FILE_TOO_LARGE') {
    return 'is larger than 512 MB: import it in parts, such as one CSV per tournament';
  }
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
    return 'is not UTF-8: save it in that encoding';
  }
  return (error as Error).message;
}

function fromCsv(text: string, notice: (text: string) => void): OldCertificate[] {
  if (text.trim() === '') throw new Error('is empty');
  const columns = (head: string[]): string[] => {
    const lacking = NEEDED.filter((name) => !head.includes(name));
    if (lacking.length > 0) {
      throw new Error(
        `is neither a JSON list nor CSV, separated by commas, with the columns ${lacking.join(', ')}`,
      );
    }
    const twice = head.find((name, at) => READ.includes(name) && head.indexOf(name) < at);
    if (twice !== undefined) throw new Error(`has the column ${twice} twice: remove one`);
    const unread = head.filter((name) => !READ.includes(name));
    if (unread.length > 0) notice(`ignored columns: ${unread.join(', ')}`);
    return head;
  };
  const lines: Fields[] = parseCsv(text, { columns, bom: true, skip_empty_lines: true });
  return lines.map((line) => ({
    ...line,
    tournament: tournamentOf(line['tournament_id'], {
      name: line['tournament_name'],
      organizer_id: line['organizer_id'],
      status: line['tournament_status'],
      completed_at: line['tournament_completed_at'],
    }),
  }));
}
