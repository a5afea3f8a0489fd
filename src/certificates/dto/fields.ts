import { z } from 'zod';
import { LARGEST_INTEGER } from '../../database/largest-integer.js';
import { CERTIFICATE_TYPES, LANGUAGES } from '../rendering/renderer.js';

/** Any control character, line and paragraph separators, and the bidi overrides that could make one name look like another. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** Prints nothing: blanks, format characters, marks without a letter, the Hangul fillers and the empty Braille cell. */
const INVISIBLE = /^[\p{Z}\p{Cf}\p{M}\p{Default_Ignorable_Code_Point}\u2800]*$/u;

/** A text that will be printed: trimmed, NFC, visible, of 1 to `max` characters as a reader counts them roughly (code points). */
export function printableText(max: number) {
  return z
    .string()
    .transform((text) => text.normalize('NFC').trim())
    .pipe(
      z
        .string()
        .refine((text) => !INVISIBLE.test(text), 'must have at least one visible character')
        .refine((text) => [...text].length <= max, `must be at most ${max} characters long`)
        .refine((text) => !UNPRINTABLE.test(text), 'must not have control characters or line breaks')
        .refine(
          (text) => !text.includes('\ufffd'),
          'has U+FFFD, which replaces a lost letter; send the body in UTF-8',
        ),
    )
    .meta({ type: 'string', minLength: 1, maxLength: max });
}

const A_PLATFORM_ID = `must be a string or a whole number from 0 to ${Number.MAX_SAFE_INTEGER}`;
/** An id given by the platform: a participant's or a user's. Numbers become their decimal text. */
export const platformId = z
  .union([z.string(), z.int(A_PLATFORM_ID).nonnegative(A_PLATFORM_ID)], A_PLATFORM_ID)
  .transform(String)
  .pipe(
    z.string().regex(/^[\x21-\x7e]{1,100}$/, 'must be 1 to 100 printable ASCII characters without spaces'),
  );

/** A whole number in a path or a query: decimal digits only, where JavaScript's own conversion takes `0x10`, `1e1` and blanks. */
export function wholeNumberText(message: string) {
  return z
    .string(message)
    .regex(/^-?\d+$/, message)
    .transform(Number);
}

const WHOLE = 'must be a whole number';
const TOURNAMENT_IDS = { minimum: 1, maximum: LARGEST_INTEGER };
export const tournamentId = wholeNumberText(WHOLE)
  .pipe(
    z
      .int(WHOLE)
      .min(TOURNAMENT_IDS.minimum, 'must be 1 or more')
      .max(TOURNAMENT_IDS.maximum, `must be at most ${TOURNAMENT_IDS.maximum}`),
  )
  .meta({ type: 'integer', ...TOURNAMENT_IDS });

export const certificateType = z.enum(CERTIFICATE_TYPES, `must be one of ${CERTIFICATE_TYPES.join(', ')}`);
export const language = z.enum(LANGUAGES, `must be one of ${LANGUAGES.join(', ')}`);
export const placement = z
  .number(WHOLE)
  .int(WHOLE)
  .min(1, 'must be 1 or more')
  .max(1_000_000, 'must be at most 1000000');
export const uuid = z.uuid('must be a UUID').transform((id) => id.toLowerCase());
