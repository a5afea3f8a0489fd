import type { AuditContext } from './control.js';
import { parsePrincipal } from '../../aws/principal.js';
import { requestBy, requestByAnyone, uploadBy } from '../circumstances.js';
import type { PolicyDocument } from '../document.js';
import { evaluate } from '../evaluation/evaluate.js';

/** Someone no policy names. */
const NOBODY = parsePrincipal('arn:aws:iam::000000000000:user/s3-admin-simulated-user', 'AIDASIMULATED');

const onAws = (secure: boolean) => ({ secure, now: new Date(), aws: true, owner: '' });

/** Whether a policy denies an action over http:// to everyone, however it is worded. */
export function plainRequestIsDenied(
  policy: PolicyDocument | null,
  action: string,
  resource: string,
): boolean {
  const request = requestBy(NOBODY, action, resource, onAws(false));
  return evaluate(policy, requestByAnyone(request)).denied === 'yes';
}

/** Whether a policy denies to everyone an upload that asks for no encryption, or that brings its own key (SSE-C). */
export function uploadIsDenied(
  policy: PolicyDocument | null,
  object: string,
  encryption: 'none' | 'sse-c',
): boolean {
  const request = uploadBy(NOBODY, object, encryption, onAws(true));
  return evaluate(policy, requestByAnyone(request)).denied === 'yes';
}

/** ARN of the audited bucket. */
export function arnOf({ settings, partition }: AuditContext): string {
  return `arn:${partition}:s3:::${settings.bucket}`;
}
