import type { Phase } from './phases.js';
import type { ScanCounts } from '../scan/apply.js';
import type { Verification } from '../verify/verify-bucket.js';

export interface RunResult {
  round: number;
  phase: Phase;
  scan: ScanCounts;
  copied: { files: number; bytes: number };
  verified: Verification[];
  /** Objects that failed, over all buckets of the run. */
  failed: number;
  /** Objects whose restore is under way or owed. */
  archived: number;
  bucketErrors: { bucket: string; error: string }[];
  /** An earlier run started the listing: objects added since are for the next round. */
  resumed: boolean;
}

export function nothingDone(): RunResult {
  return {
    round: 0,
    phase: 'scan',
    scan: { listed: 0, added: 0, changed: 0, gone: 0 },
    copied: { files: 0, bytes: 0 },
    verified: [],
    failed: 0,
    archived: 0,
    bucketErrors: [],
    resumed: false,
  };
}
