import type { Control } from './control.js';
import { objectsOf, uploadIsDenied } from './denied-to-everyone.js';

/**
 * Uploads under a key of the client's own are denied, by the policy or by the bucket's encryption settings: with such a
 * key anyone who may write can make every object unreadable to its owner.
 */
export const sseCDenied: Control = {
  id: 'sse-c-denied',
  title: 'uploads with SSE-C are denied',
  async check(context) {
    const policy = (await context.settings.policy())?.document ?? null;
    if (uploadIsDenied(policy, objectsOf(context, policy), 'sse-c')) {
      return { ok: true, detail: 'denied by the policy' };
    }
    const blocked = (await context.settings.encryption())?.BlockedEncryptionTypes?.EncryptionType ?? [];
    return blocked.includes('SSE-C')
      ? { ok: true, detail: "blocked by the bucket's encryption settings" }
      : { ok: false, detail: 'nothing denies it' };
  },
};
