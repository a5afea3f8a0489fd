import { resolve } from 'node:path';
import { z } from 'zod';
import { ConfigError } from '../../config/config.error.js';
import { metaOf, type SettingName, SETTINGS } from './variables.js';

const schema = z.object(SETTINGS);

export interface MirrorSettings {
  /** Absolute. */
  root: string;
  /** Absolute. */
  stateFile: string;
  excludedBuckets: string[];
  concurrency: number;
  names: 'auto' | 'native' | 'portable';
  /** Bytes, as all sizes. */
  largeObject: number;
  partSize: number;
  minFree: number;
  /** Milliseconds. */
  timeout: number;
  restoreDays: number;
  restoreTier: RestoreTier;
  maxRestores: number;
}

export type RestoreTier = 'Expedited' | 'Standard' | 'Bulk';

/**
 * The environment with the command's flags over it; a value of nothing counts as unset.
 * @param flags by their names as commander hands them over, such as `partSize`
 * @throws ConfigError naming every variable that is wrong
 */
export function mirrorSettings(env: NodeJS.ProcessEnv, flags: Record<string, unknown> = {}): MirrorSettings {
  const names = Object.keys(SETTINGS) as SettingName[];
  const given = Object.fromEntries(
    names.map((name) => {
      const value = flags[camelCase(metaOf(name).flag)] ?? env[name];
      return [name, typeof value === 'string' && value.trim() ? value : undefined];
    }),
  );
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map((issue) => {
        const name = issue.path[0] as SettingName;
        const { flag, takes } = metaOf(name);
        return { name: `${name} (${flag})`, got: given[name], takes };
      }),
    );
  }
  const v = parsed.data;
  const root = resolve(v.MIRROR_ROOT);
  return {
    root,
    stateFile: v.MIRROR_STATE_DB ? resolve(v.MIRROR_STATE_DB) : resolve(root, '.mirror/state.db'),
    excludedBuckets: v.MIRROR_EXCLUDED_BUCKETS,
    concurrency: v.MIRROR_CONCURRENCY,
    names: v.MIRROR_NAMES,
    largeObject: v.MIRROR_LARGE_OBJECT,
    partSize: v.MIRROR_PART_SIZE,
    minFree: v.MIRROR_MIN_FREE,
    timeout: v.MIRROR_TIMEOUT * 1_000,
    restoreDays: v.GLACIER_RESTORE_DAYS,
    restoreTier: v.GLACIER_RESTORE_TIER,
    maxRestores: v.MAX_GLACIER_RESTORES,
  };
}

function camelCase(flag: string): string {
  return flag.replace(/^--/, '').replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
