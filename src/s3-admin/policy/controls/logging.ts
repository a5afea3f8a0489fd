import type { Control } from './control.js';

export const logging: Control = {
  id: 'logging',
  title: 'access is logged',
  async check({ settings }) {
    const target = await settings.logging();
    return target
      ? { ok: true, detail: `to ${target.TargetBucket ?? ''}/${target.TargetPrefix ?? ''}` }
      : { ok: false, detail: 'no server access logging' };
  },
};
