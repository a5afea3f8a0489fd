import type { Control } from './control.js';

const SWITCHES = [
  'BlockPublicAcls',
  'IgnorePublicAcls',
  'BlockPublicPolicy',
  'RestrictPublicBuckets',
] as const;

/** All four switches of the bucket's public access block are on; the account's own block is not checked. */
export const publicAccessBlock: Control = {
  id: 'public-access-block',
  title: 'public access is blocked',
  async check({ settings }) {
    const block = await settings.publicAccessBlock();
    const off = SWITCHES.filter((name) => block?.[name] !== true);
    if (off.length === 0) return { ok: true, detail: 'all four switches are on' };
    return { ok: false, detail: block ? `off: ${off.join(', ')}` : 'none is set' };
  },
};
