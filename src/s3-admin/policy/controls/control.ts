import type { BucketSettings } from '../bucket-settings.js';

export interface AuditContext {
  settings: BucketSettings;
  /** `aws`, or that of China or GovCloud: ARNs begin with it. */
  partition: string;
}

interface Verdict {
  ok: boolean;
  /** Why, in one line. */
  detail: string;
}

/** One thing a bucket is checked for. Throws what it can't read: the audit then says so. */
export interface Control {
  id: string;
  title: string;
  check(context: AuditContext): Promise<Verdict>;
}
