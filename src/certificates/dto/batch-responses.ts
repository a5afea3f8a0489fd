import { z } from 'zod';

const itemError = z.object({
  index: z.int().meta({ description: 'place in `results`, from 0' }),
  participant_id: z.string(),
  code: z.string(),
  detail: z.string(),
});

export const dryRunDto = z.object({ generated: z.int(), skipped: z.int(), errors: z.array(itemError) });
export type DryRunDto = z.output<typeof dryRunDto>;

export const batchAcceptedDto = z.object({ batch_id: z.uuid(), status_url: z.url() });
export type BatchAcceptedDto = z.output<typeof batchAcceptedDto>;

export const batchDto = z.object({
  batch_id: z.uuid(),
  status: z.enum(['pending', 'running', 'finished']),
  total: z.int(),
  generated: z.int(),
  skipped: z.int(),
  failed: z.int(),
  errors: z.array(itemError),
  created_at: z.string().meta({ format: 'date-time' }),
  finished_at: z.string().meta({ format: 'date-time' }).nullable(),
});
export type BatchDto = z.output<typeof batchDto>;
