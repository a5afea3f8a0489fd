import { z } from 'zod';
import { CERTIFICATE_TYPES, LANGUAGES } from '../../../certificates/rendering/renderer.js';

/** An empty text is how CSV and Django's blank fields say null. */
const orNull = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' || value === undefined ? null : value), schema.nullable());
const text = z.union([z.string(), z.number()]).transform(String);
const moment = z.coerce.date<string | number>();

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
  placement: orNull(z.coerce.number<string | number>().int().min(1)),
  language: orNull(z.enum(LANGUAGES)).transform((language) => language ?? 'en'),
  tournament_id: z.coerce.number<string | number>().int().positive(),
  participant_id: orNull(text),
  user_id: orNull(text),
  display_name: orNull(text),
  generated_at: moment,
  downloaded_at: orNull(moment),
  download_count: orNull(z.coerce.number<string | number>().int().min(0)).transform((count) => count ?? 0),
  revoked_at: orNull(moment),
  revoked_reason: orNull(z.string()),
  file_pdf: z.string().min(1, 'must be a path below --media-root'),
  file_image: orNull(z.string()),
});

export type CheckedCertificate = z.output<typeof certificateSchema>;
