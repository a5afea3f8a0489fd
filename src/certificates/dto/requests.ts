import { z } from 'zod';
import { hasFourDigitYear } from '../../database/four-digit-year.js';
import {
  certificateType,
  language,
  placement,
  platformId,
  printableText,
  wholeNumberText,
} from './fields.js';

/** Results in one batch; more go into another. */
export const MAX_RESULTS = 10_000;

const A_MOMENT = 'must be an ISO 8601 date and time, such as 2024-04-22T20:00:00Z';
export const tournamentBody = z.strictObject({
  name: printableText(200),
  organizer_id: platformId,
  status: z
    .string()
    .regex(/^[a-z_]{1,40}$/, 'must be 1 to 40 lower-case letters or underscores, such as completed'),
  completed_at: z.iso
    .datetime({ offset: true, error: A_MOMENT })
    .transform((text) => new Date(text))
    .refine(hasFourDigitYear, A_MOMENT)
    .nullish()
    .meta({ type: 'string', format: 'date-time' }),
});
export type TournamentBody = z.output<typeof tournamentBody>;

export const issueBody = z.strictObject({
  participant: z.strictObject({
    id: platformId,
    user_id: platformId.nullish(),
    display_name: printableText(200),
  }),
  certificate_type: certificateType,
  placement: placement.nullish(),
  language: language.default('en'),
  force_regenerate: z.boolean('must be true or false').default(false),
});
export type IssueBody = z.output<typeof issueBody>;

export const batchBody = z
  .strictObject({
    results: z
      .array(issueBody)
      .min(1, 'must have at least one entry')
      .max(MAX_RESULTS, `must have at most ${MAX_RESULTS} entries; send the rest in another batch`),
    dry_run: z.boolean('must be true or false').default(false),
  })
  .superRefine(({ results }, context) => {
    const seen = new Map<string, number>();
    results.forEach((result, index) => {
      const award = `${result.certificate_type} ${result.participant.id}`;
      const first = seen.get(award);
      if (first === undefined) seen.set(award, index);
      else {
        context.addIssue({
          code: 'custom',
          path: ['results', index, 'participant', 'id'],
          message: `is the same participant and certificate type as results.${first}; send each once`,
        });
      }
    });
  });
export type BatchBody = z.output<typeof batchBody>;

export const revokeBody = z.strictObject({ reason: printableText(500) });

export const downloadQuery = z.strictObject({
  format: z.enum(['pdf', 'png'], 'must be pdf or png').default('pdf'),
  disposition: z.enum(['attachment', 'inline'], 'must be attachment or inline').default('attachment'),
  delivery: z.enum(['redirect', 'proxy', 'json'], 'must be redirect, proxy or json').default('redirect'),
});
export type DownloadQuery = z.output<typeof downloadQuery>;

/** As the API's description has it: zod leaves out the default of a text that becomes a number. */
export const PAGE_SIZES = { type: 'integer', minimum: 1, maximum: 200, default: 50 } as const;
const A_PAGE_SIZE = `must be a whole number from ${PAGE_SIZES.minimum} to ${PAGE_SIZES.maximum}`;
export const listQuery = z.strictObject({
  cursor: z.string().max(200).optional(),
  page_size: wholeNumberText(A_PAGE_SIZE)
    .pipe(z.int(A_PAGE_SIZE).min(PAGE_SIZES.minimum, A_PAGE_SIZE).max(PAGE_SIZES.maximum, A_PAGE_SIZE))
    .default(PAGE_SIZES.default),
});
export type ListQuery = z.output<typeof listQuery>;
