import { z } from 'zod';
import { CERTIFICATE_TYPES, LANGUAGES } from '../../../certificates/rendering/renderer.js';
import { hasFourDigitYear } from '../../../database/four-digit-year.js';
import { LARGEST_INTEGER } from '../../../database/largest-integer.js';

const A_MOMENT = 'must be a date and time such as 2025-01-02T03:04:05Z';

/** An empty text is how CSV and Django's blank fields say null. */
const orNull = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' || value === undefined ? null : value), schema.nullable());
const text = z
  .union([z.string(), z.int()], 'must be text')
  .transform(String)
  .refine((value) => !value.includes('\0'), "must not contain a NUL, which PostgreSQL can't store");
/** Of a person, as tokens have it: a column of numbers with gaps in it is written as `42.0`, and would be nobody's. */
const id = text.transform((value) => value.replace(/^(\d+)\.0$/, '$1'));
/** In CSV, too: decimal digits, with the `.0` that tables with gaps in them put behind. */
const wholeNumber = (least: number) =>
  z.preprocess(
    (value) => (typeof value === 'string' && /^\d+(\.0)?$/.test(value) ? Number(value) : value),
    z.int(`must be a whole number from ${least} to ${LARGEST_INTEGER}`).min(least).max(LARGEST_INTEGER),
  );

/** ISO 8601, also as Django, PostgreSQL and SQLite write it; UTC where it names no zone, whatever this machine's is. */
const moment = z
  .string(A_MOMENT)
  .transform((value) => {
    const [, day, time = '00:00:00', zone = 'Z', minutes = '00'] = SPELLINGS.exec(value) ?? [];
    return `${day}T${time}${zone}${zone === 'Z' ? '' : `:${minutes}`}`;
  })
  .pipe(z.iso.datetime({ offset: true, error: A_MOMENT }))
  .transform((value) => new Date(value))
  .refine(hasFourDigitYear, A_MOMENT);
const SPELLINGS = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(?:(Z|[+-]\d\d)(?::?(\d\d))?)?)?$/;

const tournamentSchema = z.object({
  id: wholeNumber(1),
  name: text,
  organizer_id: orNull(id).transform((organizer) => organizer ?? ''),
  // As everywhere else: only a tournament that is `completed` can have further certificates.
  status: orNull(text).transform((status) => status?.toLowerCase() ?? 'completed'),
  completed_at: orNull(moment),
});

/** What a certificate of the old store must say of itself. */
export const certificateSchema = z.object({
  verification_code: z.uuid().transform((code) => code.toLowerCase()),
  certificate_hash: orNull(
    z
      .string()
      .regex(/^[0-9a-fA-F]{64}$/, 'must be a SHA-256 in hex')
      .transform((hash) => hash.toLowerCase()),
  ),
  certificate_type: z.enum(CERTIFICATE_TYPES),
  placement: orNull(wholeNumber(1)),
  language: orNull(z.enum(LANGUAGES)).transform((language) => language ?? 'en'),
  tournament_id: wholeNumber(1),
  tournament: tournamentSchema.optional(),
  participant_id: orNull(id),
  user_id: orNull(id),
  display_name: orNull(text),
  generated_at: moment,
  downloaded_at: orNull(moment),
  download_count: orNull(wholeNumber(0)).transform((count) => count ?? 0),
  revoked_at: orNull(moment),
  revoked_reason: orNull(text),
  file_pdf: text.refine((path) => path !== '', 'must be a path below --media-root'),
  file_image: orNull(text),
});

export type CheckedCertificate = z.output<typeof certificateSchema>;
