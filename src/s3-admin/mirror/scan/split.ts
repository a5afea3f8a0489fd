import { compareKeys } from '../../state/key-order.js';

/** Just below and above the characters that keys are mostly made of. */
const [BELOW, ABOVE] = [0x20, 0x7f];

/**
 * A key between two others, about half way for keys of ordinary characters, to cut a listing in two. Nothing needs to
 * exist there.
 *
 * @param after null: the start of the bucket; @param until null: its end
 * @returns undefined if there is no room
 */
export function keyBetween(after: string | null, until: string | null): string | undefined {
  const low = Array.from(after ?? '', codePoint);
  const high = Array.from(until ?? '', codePoint);
  let common = 0;
  while (until !== null && common < low.length && low[common] === high[common]) common++;
  const prefix = low.slice(0, common);
  let top = until === null ? ABOVE : (high[common] ?? ABOVE);
  for (let i = common; i < common + 64; i++) {
    const bottom = low[i] ?? BELOW;
    if (top > ABOVE && bottom < ABOVE) top = ABOVE;
    const middle = Math.floor((bottom + top) / 2);
    if (middle > bottom && middle < top && !(middle >= 0xd800 && middle <= 0xdfff)) {
      const key = String.fromCodePoint(...prefix, middle);
      return (after === null || compareKeys(key, after) > 0) &&
        (until === null || compareKeys(key, until) < 0)
        ? key
        : undefined;
    }
    if (low[i] === undefined) return undefined;
    prefix.push(bottom);
    top = ABOVE;
  }
  return undefined;
}

function codePoint(char: string): number {
  return char.codePointAt(0) as number;
}
