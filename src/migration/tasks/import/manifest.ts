import { readFile } from 'node:fs/promises';
import { CsvError, parse as parseCsv } from 'csv-parse/sync';
import { z } from 'zod';

/** A tournament as the old store has it. */
export interface OldTournament {
  id: number;
  name: string;
  organizerId: string;
  status: string;
  completedAt: Date | null;
}

/** A certificate as the old store has it, not checked yet. */
export interface OldCertificate {
  tournament: OldTournament | undefined;
  /** As in the manifest; what it must hold says {@link certificateSchema}. */
  fields: Record<string, unknown>;
}

/** The manifest as a whole can't be read. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';
}

/** Models of `dumpdata`, by the last part of their name: the application before it differs from project to project. */
const dumpSchema = z.array(
  z.object({
    model: z.string(),
    pk: z.union([z.number(), z.string()]),
    fields: z.record(z.string(), z.unknown()),
  }),
  'must be a list of objects with model, pk and fields, as `manage.py dumpdata` writes it',
);
type Fields = Record<string, unknown>;

/** Columns that no certificate can do without. */
const NEEDED = ['verification_code', 'certificate_type', 'tournament_id', 'generated_at', 'file_pdf'];

/**
 * Reads a manifest: JSON as `manage.py dumpdata` writes it (models tournament, registration, certificate, and user
 * where it is there), or CSV with one certificate a line.
 * @throws ManifestError saying what is wrong
 */
export async function readManifest(path: string): Promise<OldCertificate[]> {
  try {
    const text = await readFile(path, 'utf8');
    return /^\s*\[/.test(text) ? fromDump(dumpSchema.parse(JSON.parse(text))) : fromCsv(text);
  } catch (error) {
    throw new ManifestError(`${path}: ${explain(error)}`, { cause: error });
  }
}

/** The parsers' own messages quote the manifest, which may be a person's name. */
function explain(error: unknown): string {
  if (error instanceof z.ZodError) return error.issues[0]?.message ?? '';
  if (error instanceof CsvError) return `line ${String(error['lines'])} is not CSV: ${error.code}`;
  if (error instanceof SyntaxError) {
    return `is not JSON${/ at position \d+/.exec(error.message)?.[0] ?? ''}: \`python3 -m json.tool\` shows where it breaks off`;
  }
  return (error as Error).message;
}

function fromDump(objects: z.infer<typeof dumpSchema>): OldCertificate[] {
  const of = (model: string): Map<string, Fields> =>
    new Map(
      objects
        .filter((object) => object.model.toLowerCase().split('.').at(-1) === model)
        .map(({ pk, fields }) => [String(pk), { ...fields, pk }]),
    );
  const [tournaments, registrations, users] = [of('tournament'), of('registration'), of('user')];
  return [...of('certificate').values()].map((fields) => {
    const participant = textOf(fields['participant']);
    const registration = registrations.get(participant ?? '') ?? {};
    const user = textOf(registration['user']);
    return {
      tournament: tournamentOf(tournaments.get(textOf(fields['tournament']) ?? '')),
      fields: {
        ...fields,
        tournament_id: fields['tournament'],
        participant_id: participant,
        user_id: user,
        display_name:
          registration['display_name'] ?? registration['team_name'] ?? nameOf(users.get(user ?? '')),
      },
    };
  });
}

function fromCsv(text: string): OldCertificate[] {
  if (text.trim() === '') throw new Error('is empty');
  const columns = (head: string[]): string[] => {
    const lacking = NEEDED.filter((name) => !head.includes(name));
    if (lacking.length === 0) return head;
    throw new Error(`neither a JSON list, nor CSV with the columns ${lacking.join(', ')}`);
  };
  const lines: Fields[] = parseCsv(text, { columns, bom: true, skip_empty_lines: true });
  return lines.map((line) => ({
    fields: line,
    tournament: tournamentOf({
      pk: line['tournament_id'],
      name: line['tournament_name'],
      organizer: line['organizer_id'],
      status: line['tournament_status'] || 'completed',
      completed_at: line['tournament_completed_at'],
    }),
  }));
}

function tournamentOf(fields: Fields | undefined): OldTournament | undefined {
  const parsed = z
    .object({
      pk: z.coerce.number().int().positive(),
      name: z.string().min(1),
      status: z.string().default('completed'),
    })
    .safeParse(fields);
  if (!fields || !parsed.success) return undefined;
  const { pk, name, status } = parsed.data;
  const completed = textOf(fields['completed_at']);
  return {
    id: pk,
    name,
    status,
    organizerId: textOf(fields['organizer'] ?? fields['organizer_id']) ?? '',
    completedAt: completed === undefined ? null : new Date(completed),
  };
}

function nameOf(user: Fields | undefined): string | undefined {
  const full = [user?.['first_name'], user?.['last_name']].filter(Boolean).join(' ');
  return full || textOf(user?.['username']);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'number' || (typeof value === 'string' && value !== '') ? String(value) : undefined;
}
