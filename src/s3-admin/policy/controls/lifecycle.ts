import type { Control } from './control.js';

export const lifecycle: Control = {
  id: 'lifecycle',
  title: 'lifecycle rules are on',
  async check({ settings }) {
    const rules = await settings.lifecycle();
    const enabled = rules.filter(({ Status }) => Status === 'Enabled').length;
    if (enabled > 0) return { ok: true, detail: `${enabled} ${enabled === 1 ? 'rule' : 'rules'}` };
    return { ok: false, detail: rules.length > 0 ? 'every rule is disabled' : 'no rules' };
  },
};
