import type { Principal } from '../../aws/principal.js';

/** One value of a condition key, several, `null` for a key the request does not carry. An absent key is unknown. */
export type ContextValue = string | string[] | null;

/** A request as a policy sees it. */
export interface SimulatedRequest {
  /** `anonymous` signs nothing. */
  principal: Principal | 'anonymous';
  /** Such as `s3:GetObject`. */
  action: string;
  /** ARN of a bucket or an object. */
  resource: string;
  /** Condition keys in lower case. */
  context: Record<string, ContextValue>;
  /**
   * S3 servers other than AWS read some conditions differently (Ceph 16: a negated operator with several values matches
   * if any differs, `Null: false` is read as `Null: true`): there such conditions are unknown.
   */
  aws: boolean;
  /** Account the bucket belongs to, where known. */
  owner?: string;
}
