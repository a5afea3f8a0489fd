import type { BucketRow } from '../state/buckets.js';
import type { State } from '../state/state.js';
import { ToolError } from '../tool-error.js';

/** The buckets of these names, or all. @throws ToolError if the state file does not have one */
export function chosenBuckets(state: State, names: string[] | undefined): BucketRow[] {
  return (
    names?.map((name) => {
      const bucket = state.buckets.byName(name);
      if (bucket) return bucket;
      throw new ToolError(
        'unknown_bucket',
        `the state file has no bucket ${name}`,
        '`mirror status` lists those it has; `mirror` adds new ones',
      );
    }) ?? state.buckets.all()
  );
}

/** @throws ToolError if a bucket is named that the settings leave out */
export function refuseExcluded(names: string[] | undefined, excluded: string[]): void {
  const both = names?.find((name) => excluded.includes(name));
  if (both === undefined) return;
  throw new ToolError(
    'excluded_bucket',
    `${both} is both selected and left out`,
    'remove it from MIRROR_EXCLUDED_BUCKETS (--exclude), or do not select it',
  );
}
