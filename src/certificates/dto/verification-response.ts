import { z } from 'zod';
import { PAGE_CONTENT } from '../../http/api-problem.js';
import { CERTIFICATE_TYPES } from '../rendering/renderer.js';

export const verificationDto = z.object({
  valid: z.boolean(),
  certificate_id: z.uuid(),
  tournament: z.string(),
  participant_display_name: z.string().nullable(),
  certificate_type: z.string().meta({ enum: CERTIFICATE_TYPES }),
  placement: z.int().nullable(),
  generated_at: z.string().meta({ format: 'date-time' }),
  revoked: z.boolean(),
  revoked_reason: z.string().nullable(),
  is_tampered: z.boolean().meta({ description: 'judged from the last scheduled check of the files' }),
  verification_url: z.url(),
});
/** JSON for programs, a page for browsers. */
export const VERIFICATION_CONTENT = {
  'application/json': { schema: z.toJSONSchema(verificationDto, { target: 'openapi-3.0' }) as object },
  ...PAGE_CONTENT,
};
export type VerificationDto = z.output<typeof verificationDto>;
