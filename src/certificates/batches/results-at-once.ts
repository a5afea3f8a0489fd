import { availableParallelism } from 'node:os';

/**
 * Results of a batch that are worked on at once: enough to keep every rendering thread busy while others wait for disk and
 * database. Whoever issues a single certificate meanwhile waits for these, not for the whole batch.
 */
export const RESULTS_AT_ONCE = availableParallelism() * 2;
