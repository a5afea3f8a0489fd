import type { Control } from './control.js';

/** ACLs are off: the bucket's owner owns every object, and policies alone decide. */
export const ownerEnforced: Control = {
  id: 'owner-enforced',
  title: 'object ownership is BucketOwnerEnforced',
  async check({ settings }) {
    const ownership = await settings.ownership();
    return { ok: ownership === 'BucketOwnerEnforced', detail: ownership ?? 'not set' };
  },
};
