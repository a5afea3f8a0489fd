import { z } from 'zod';

export const verificationDto = z.object({
  valid: z.boolean(),
  certificate_id: z.uuid(),
  tournament: z.string(),
  participant_display_name: z.string().nullable(),
  certificate_type: z.string(),
  placement: z.int().nullable(),
  generated_at: z.string().meta({ format: 'date-time' }),
  revoked: z.boolean(),
  revoked_reason: z.string().nullable(),
  is_tampered: z.boolean().meta({ description: 'judged from the last scheduled check of the files' }),
  verification_url: z.url(),
});
export type VerificationDto = z.output<typeof verificationDto>;
