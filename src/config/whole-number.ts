import { z } from 'zod';

/** A whole number in decimal digits only: JavaScript's own conversion takes `0x10` and `1e3` too. */
export function whole(least: number, most = Number.MAX_SAFE_INTEGER) {
  return z.string().trim().regex(/^\d+$/).transform(Number).pipe(z.number().min(least).max(most));
}
