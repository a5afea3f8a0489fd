import type { Control } from './control.js';

export const versioning: Control = {
  id: 'versioning',
  title: 'versioning is on',
  async check({ settings }) {
    const status = await settings.versioning();
    return { ok: status === 'Enabled', detail: status ?? 'never enabled' };
  },
};
