import type { Control } from './control.js';
import { objectsOf, uploadIsDenied } from './denied-to-everyone.js';

/** An upload that asks for no encryption is denied by the policy, or gets the bucket's default encryption. */
export const encryptedUploads: Control = {
  id: 'encrypted-uploads',
  title: 'uploads are encrypted',
  async check(context) {
    const policy = (await context.settings.policy())?.document ?? null;
    if (uploadIsDenied(policy, objectsOf(context, policy), 'none')) {
      return { ok: true, detail: 'uploads that ask for no encryption are denied' };
    }
    const rule = await context.settings.encryption();
    const algorithm = rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm;
    return algorithm
      ? { ok: true, detail: `default encryption ${algorithm}` }
      : { ok: false, detail: 'no default encryption, and plain uploads are not denied' };
  },
};
