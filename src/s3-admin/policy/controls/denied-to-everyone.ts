import type { AuditContext } from './control.js';
import { parsePrincipal } from '../../aws/principal.js';
import { requestBy, requestByAnyone, uploadBy } from '../circumstances.js';
import type { PolicyDocument } from '../document.js';
import { evaluate } from '../evaluation/evaluate.js';
import type { SimulatedRequest } from '../evaluation/request.js';
import { sampleKeys } from '../sample-keys.js';

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
  return isDeniedToEveryone(policy, request);
}

/** Whether a policy denies to everyone an upload that asks for no encryption, or that brings its own key (SSE-C). */
export function uploadIsDenied(
  policy: PolicyDocument | null,
  objects: string[],
  encryption: 'none' | 'sse-c',
): boolean {
  return objects.every((object) =>
    isDeniedToEveryone(policy, uploadBy(NOBODY, object, encryption, onAws(true))),
  );
}

/** A Deny with NotPrincipal exempts those it names, so it is none for everyone. */
function isDeniedToEveryone(policy: PolicyDocument | null, request: SimulatedRequest): boolean {
  const forEveryone = policy && {
    ...policy,
    Statement: policy.Statement.filter(({ NotPrincipal }) => !NotPrincipal),
  };
  return evaluate(forEveryone, requestByAnyone(request)).denied === 'yes';
}

/** ARN of the audited bucket. */
export function arnOf({ settings, partition }: AuditContext): string {
  return `arn:${partition}:s3:::${settings.bucket}`;
}

/** ARNs to try a policy on: an object that no statement names, and one for each pattern that names or exempts some. */
export function objectsOf(context: AuditContext, policy: PolicyDocument | null): string[] {
  const keys = sampleKeys(context.settings.bucket, [policy], () => undefined);
  return keys.map((key) => `${arnOf(context)}/${key}`);
}
