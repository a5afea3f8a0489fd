import { readFile } from 'node:fs/promises';
import { CsvError, parse as parseCsv } from 'csv-parse/sync';
import { z } from 'zod';
import { certificateSchema } from './certificate-schema.js';

/** A certificate as the old store has it, with its tournament; not checked yet: see {@link certificateSchema}. */
export type OldCertificate = Record<string, unknown>;

/** The manifest as a whole can't be read. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';
}

/** Models of `dumpdata`, by the last part of their name: the application before it differs from project to project. */
const dumpSchema = z.array(
  z.object({
    model: z.string(),
    pk: z.union([z.number(), z.string()], 'has an object without a pk: dump it without --natural-primary'),
    fields: z.record(z.string(), z.unknown()),
  }),
  'must be a list of objects with model, pk and fields, as `manage.py dumpdata` writes it',
);
type Dump = z.infer<typeof dumpSchema>;
type Fields = Record<string, unknown>;

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
    return /^\s*\[/.test(text) ? fromDump(dumpSchema.parse(JSON.parse(text)), notice) : fromCsv(text, notice);
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

function fromDump(objects: Dump, notice: (text: string) => void): OldCertificate[] {
  const [tournaments, registrations, users] = ['tournament', 'registration', 'user'].map((model) =>
    byKey(model, ofModel(model, objects)),
  ) as [Map<string, Fields>, Map<string, Fields>, Map<string, Fields>];
  const certificates = ofModel('certificate', objects);
  if (certificates.length === 0 && objects.length > 0) {
    const models = [...new Set(objects.map(({ model }) => model))].join(', ');
    throw new Error(`has no model named certificate, only ${models}`);
  }
  const alone = certificates.filter(
    ({ fields }) => !registrations.has(textOf(fields['participant']) ?? ''),
  ).length;
  if (alone > 0) {
    notice(
      `${alone} of ${certificates.length} certificates have no registration in it: they are imported without owner and name`,
    );
  }
  return certificates.map(({ fields }) => {
    const participant = textOf(fields['participant']);
    const registration = registrations.get(participant ?? '') ?? {};
    const user = textOf(registration['user']);
    const tournament = textOf(fields['tournament']) ?? '';
    return {
      ...fields,
      tournament_id: fields['tournament'],
      tournament: tournamentOf(tournament, tournaments.get(tournament) ?? {}),
      participant_id: participant,
      user_id: user,
      display_name:
        registration['display_name'] ?? registration['team_name'] ?? nameOf(users.get(user ?? '')),
    };
  });
}

function ofModel(model: string, objects: Dump): Dump {
  return objects.filter((object) => object.model.toLowerCase().split('.').at(-1) === model);
}

/** @throws Error where two applications have a model of this name: which one is meant can't be told */
function byKey(model: string, objects: Dump): Map<string, Fields> {
  const fields = new Map(objects.map((object) => [String(object.pk), object.fields]));
  if (fields.size === objects.length) return fields;
  const models = [...new Set(objects.map((object) => object.model))].join(', ');
  throw new Error(
    `has the same pk twice among ${models}: keep only the model that the certificates belong to`,
  );
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

/** @returns undefined where the manifest does not have it: then it must be here already */
function tournamentOf(id: unknown, fields: Fields): Fields | undefined {
  const { name, status, completed_at } = fields;
  if (name === undefined || name === '') return undefined;
  return { id, name, status, completed_at, organizer_id: fields['organizer'] ?? fields['organizer_id'] };
}

function nameOf(user: Fields | undefined): string | undefined {
  const full = [user?.['first_name'], user?.['last_name']].filter(Boolean).join(' ');
  return full || textOf(user?.['username']);
}

/** @throws Error where it is a natural key: whom it means only Django can tell */
function textOf(value: unknown): string | undefined {
  if (Array.isArray(value)) throw new Error('uses natural keys: dump it without --natural-foreign');
  return typeof value === 'number' || (typeof value === 'string' && value !== '') ? String(value) : undefined;
}
