/**
 * Phases of a round, in order. An interrupted round continues in the phase it was in; work is not done twice, because
 * each phase asks the state what is left.
 */
export const PHASES = [
  'scan',
  'glacier_restore',
  'sync',
  'glacier_wait',
  'verify',
  'delete',
  'complete',
] as const;
export type Phase = (typeof PHASES)[number];

/** From → to → why. */
export const PHASE_CHANGES: Record<Phase, Partial<Record<Phase, string>>> = {
  scan: { glacier_restore: 'every bucket is listed, or its listing failed' },
  glacier_restore: { sync: 'restores are requested, as many as allowed' },
  sync: {
    glacier_wait: 'everything readable is copied; some objects are still archived',
    verify: 'everything is copied',
  },
  glacier_wait: {
    glacier_restore: 'restored objects are ready, or there is room for more restores',
    verify: 'told not to wait',
  },
  verify: { delete: 'deletion was asked for', complete: 'no deletion was asked for' },
  delete: { complete: 'every bucket was deleted, or kept' },
  complete: { scan: 'a new round' },
};

export function isPhase(text: string | undefined): text is Phase {
  return PHASES.includes(text as Phase);
}
