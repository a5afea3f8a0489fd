import { z } from 'zod';
import { whole } from '../../config/whole-number.js';

const text = z.string().trim().min(1);
const MIB = 1 << 20;

/** Bytes, plain or with a unit: `67108864`, `64MiB`. `64MB` and `64M` are the same, as for rclone and the AWS CLI. */
const bytes = z
  .string()
  .regex(/^\d+(\.\d+)?\s*([KMGT]i?B?)?$/i)
  .transform((value) => {
    const unit = /[KMGT]/i.exec(value)?.[0].toUpperCase() ?? '';
    return Math.round(Number.parseFloat(value) * 1024 ** ' KMGT'.indexOf(unit || ' '));
  })
  .refine(Number.isSafeInteger);

/** What one variable is: its type, its default, its flag, and what a right value looks like. */
export interface SettingMeta {
  flag: string;
  argument: string;
  is: string;
  takes: string;
}

function setting<T extends z.ZodType>(schema: T, meta: SettingMeta): T {
  return schema.meta({ ...meta });
}

/** Every setting of the mirror, once: the environment, the flags that override it, the errors and the documentation. */
export const SETTINGS = {
  MIRROR_ROOT: setting(text.default('./mirror'), {
    flag: '--root',
    argument: '<folder>',
    is: 'folder of the copies: `MIRROR_ROOT/<bucket>/<key>` (default ./mirror)',
    takes: 'a folder',
  }),
  MIRROR_STATE_DB: setting(text.optional(), {
    flag: '--state',
    argument: '<file>',
    is: 'state file (default `MIRROR_ROOT/.mirror/state.db`); keep it off network file systems',
    takes: 'a file path',
  }),
  MIRROR_EXCLUDED_BUCKETS: setting(
    z
      .string()
      .default('')
      .transform((value) => value.split(/[\s,]+/).filter(Boolean)),
    {
      flag: '--exclude',
      argument: '<buckets>',
      is: 'buckets to leave out, separated by commas',
      takes: 'bucket names separated by commas',
    },
  ),
  MIRROR_CONCURRENCY: setting(whole(1, 512).default(32), {
    flag: '--concurrency',
    argument: '<n>',
    is: 'downloads at once; fewer while the server says SlowDown (default 32)',
    takes: 'a whole number from 1 to 512',
  }),
  MIRROR_NAMES: setting(z.enum(['auto', 'native', 'portable']).default('auto'), {
    flag: '--names',
    argument: '<rules>',
    is: '`portable` gives files names that Windows and case-insensitive disks accept; `auto` does so only on such a disk (default auto)',
    takes: 'auto, native or portable',
  }),
  MIRROR_LARGE_OBJECT: setting(bytes.default(64 * MIB), {
    flag: '--large-object',
    argument: '<size>',
    is: 'objects of this size or more are downloaded in parallel ranges, and resume after an interruption (default 64MiB)',
    takes: 'a size such as 64MiB',
  }),
  MIRROR_PART_SIZE: setting(
    bytes.default(16 * MIB).refine((value) => value >= MIB),
    {
      flag: '--part-size',
      argument: '<size>',
      is: 'size of each range (default 16MiB)',
      takes: 'a size of at least 1MiB',
    },
  ),
  MIRROR_MIN_FREE: setting(bytes.default(1024 * MIB), {
    flag: '--min-free',
    argument: '<size>',
    is: 'disk space to leave free: copying stops before it is used (default 1GiB)',
    takes: 'a size such as 1GiB',
  }),
  MIRROR_TIMEOUT: setting(whole(1, 3600).default(60), {
    flag: '--timeout',
    argument: '<seconds>',
    is: 'seconds to wait for a silent server before asking again, 5 times in all (default 60)',
    takes: 'a whole number of seconds from 1 to 3600',
  }),
  GLACIER_RESTORE_DAYS: setting(whole(1).default(7), {
    flag: '--restore-days',
    argument: '<days>',
    is: 'days a restored copy stays readable (default 7)',
    takes: 'a whole number from 1',
  }),
  GLACIER_RESTORE_TIER: setting(z.enum(['Expedited', 'Standard', 'Bulk']).default('Standard'), {
    flag: '--restore-tier',
    argument: '<tier>',
    is: 'Expedited (minutes, expensive), Standard (hours) or Bulk (half a day, cheap); Deep Archive has no Expedited and gets Standard (default Standard)',
    takes: 'Expedited, Standard or Bulk',
  }),
  MAX_GLACIER_RESTORES: setting(whole(1).default(10_000), {
    flag: '--max-restores',
    argument: '<n>',
    is: 'most restores that may be requested and not yet copied (default 10000)',
    takes: 'a whole number from 1',
  }),
} as const;

export type SettingName = keyof typeof SETTINGS;

export function metaOf(name: SettingName): SettingMeta {
  return SETTINGS[name].meta() as unknown as SettingMeta;
}
