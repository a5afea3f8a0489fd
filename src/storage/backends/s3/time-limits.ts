/** How long S3 may take before it counts as down. */
export interface TimeLimits {
  /** To connect, TLS handshake excluded, milliseconds. */
  connectMs: number;
  /** From the request to the first byte of its answer, milliseconds; a body that is sent gets extra time. */
  firstByteMs: number;
  /** Between two pieces of a body that is received, milliseconds. */
  idleMs: number;
  /** For a whole call with its retries, milliseconds; bodies get extra time. */
  callMs: number;
  /** A transfer below this rate counts as stuck. */
  bytesPerSecond: number;
}

export const DEFAULT_LIMITS: TimeLimits = {
  connectMs: 2_000,
  firstByteMs: 3_000,
  idleMs: 10_000,
  callMs: 10_000,
  bytesPerSecond: 50_000,
};

/** Options of every request: cancellation, and the time limit to the first byte of the answer. */
export interface SendOptions {
  abortSignal: AbortSignal;
  requestTimeout: number;
}

/** How long a transfer of this many bytes may take at the lowest rate, milliseconds. */
export function transferMs(limits: TimeLimits, bytes: number): number {
  return Math.ceil((bytes / limits.bytesPerSecond) * 1000);
}
