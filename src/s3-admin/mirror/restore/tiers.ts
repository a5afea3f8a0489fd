import type { RestoreTier } from '../settings.js';

const HOUR = 3_600_000;

/** How long AWS says a restore takes, at most, milliseconds. */
const READY_AFTER: Record<string, Record<RestoreTier, number>> = {
  GLACIER: { Expedited: HOUR / 12, Standard: 5 * HOUR, Bulk: 12 * HOUR },
  DEEP_ARCHIVE: { Expedited: 12 * HOUR, Standard: 12 * HOUR, Bulk: 48 * HOUR },
  INTELLIGENT_TIERING: { Expedited: HOUR / 12, Standard: 12 * HOUR, Bulk: 48 * HOUR },
};

/** @param deep in Deep Archive, or in the deep archive tier of Intelligent-Tiering: neither has Expedited retrievals */
export function tierFor(deep: boolean, wanted: RestoreTier): RestoreTier {
  return deep && wanted === 'Expedited' ? 'Standard' : wanted;
}

/** When a restore asked for at this time should be ready, by AWS's own figures. */
export function expectedAt(storageClass: string, tier: string, requestedAt: number): number {
  const waits = READY_AFTER[storageClass] ?? READY_AFTER.GLACIER;
  return requestedAt + (waits?.[tier as RestoreTier] ?? 12 * HOUR);
}
