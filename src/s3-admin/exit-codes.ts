/**
 * What every command's exit code means.
 *
 * | code | means |
 * |---|---|
 * | 0 | all done, nothing found |
 * | 1 | something failed or was found; the rest was done |
 * | 2 | nothing was done (bad usage, no credentials, an answer of no), or it had to stop (no connection, disk full): run it again to continue |
 * | 130 | interrupted; run it again to continue |
 */
export const EXIT = { done: 0, some: 1, none: 2, interrupted: 130 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
