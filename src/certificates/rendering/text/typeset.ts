import { LRUCache } from 'lru-cache';
import { type HanStyle, hanStyleOf, type Role } from './font-catalogue.js';
import { balance, graphemeBreaks, wordBreaks } from './wrap.js';
import { baseDirection, itemize, NoGlyphError, type Run } from './itemize.js';

/** One line, ready to be drawn at any size. */
export interface Line {
  text: string;
  runs: Run[];
  /** Width at a size of 1, and how far ink reaches above the baseline and below it. */
  width: number;
  above: number;
  below: number;
}

export interface Block {
  lines: Line[];
  /** Points. */
  size: number;
  /** Distance of baselines, points. */
  leading: number;
  /** From the top of the first line's ink to the bottom of the last one's, points. */
  height: number;
}

export interface Fit {
  role: Role;
  /** Size in points if there is enough room. */
  size: number;
  maxWidth: number;
  maxLines: number;
  /** If something other than the text decides. */
  han?: HanStyle;
  /** Room for the ink of all lines together, from the top of the first to the bottom of the last. */
  maxHeight: number;
}

/** Least distance of baselines, in sizes. */
const LEADING = 1.18;
/** A text that fits one line at this share of its size is not wrapped. */
const WRAP_BELOW = 0.62;
/** Below this many points letters stop being readable: then a word may be cut. */
const CUT_WORDS_BELOW = 11;

/** Fixed texts recur on every certificate. */
const setLines = new LRUCache<string, Line>({ max: 256 });

/** @throws NoGlyphError */
export function setLine(
  text: string,
  role: Role,
  direction = baseDirection(text),
  han: HanStyle = hanStyleOf(text),
): Line {
  const key = `${role} ${direction} ${han} ${text}`;
  let line = setLines.get(key);
  if (!line) {
    const runs = itemize(text, role, direction, han);
    const missing = runs.flatMap((run) => run.font.shape(run.text, run.direction).missing);
    if (missing.length > 0) throw new NoGlyphError([...new Set(missing)]);
    const reach = (side: 'above' | 'below') =>
      Math.max(0, ...runs.map((run) => run.font.shape(run.text, run.direction)[side] / run.font.unitsPerEm));
    line = {
      text,
      runs,
      width: runs.reduce((sum, run) => sum + runWidth(run), 0),
      above: reach('above'),
      below: reach('below'),
    };
    setLines.set(key, line);
  }
  return line;
}

/** @returns width at a size of 1 */
export function runWidth({ font, text, direction }: Run): number {
  return font.shape(text, direction).width / font.unitsPerEm;
}

/**
 * Shrinks a text, or wraps it on lines of similar width, so that it fits; never cuts anything off.
 * @throws NoGlyphError
 */
export function fit(
  text: string,
  { role, size, maxWidth, maxLines, maxHeight, han = hanStyleOf(text) }: Fit,
): Block {
  const direction = baseDirection(text);
  const lineOf = (part: string) => setLine(part, role, direction, han);
  const widthOf = (part: string) => lineOf(part).width;
  const fitted = (parts: string[]): Block => {
    const lines = parts.map(lineOf);
    const { height } = block(lines, 1);
    return block(
      lines,
      Math.min(size, maxWidth / Math.max(...lines.map(({ width }) => width)), maxHeight / height),
    );
  };
  let best = fitted([text]);
  if (best.size >= size * WRAP_BELOW) return best;
  for (const breaks of [wordBreaks(text), graphemeBreaks(text)]) {
    for (let count = 2; count <= maxLines; count++) {
      const wrapped = fitted(balance(text, breaks, count, widthOf));
      if (wrapped.size > best.size * 1.05) best = wrapped;
    }
    if (best.size >= CUT_WORDS_BELOW) break;
  }
  return best;
}

/** Puts lines together at a given size, so far apart that their ink does not touch. */
export function block(lines: Line[], size: number): Block {
  const gaps = lines.slice(1).map((line, i) => (lines[i]?.below ?? 0) + line.above + 0.06);
  const leading = Math.max(LEADING, ...gaps) * size;
  const ink = ((lines[0]?.above ?? 0) + (lines.at(-1)?.below ?? 0)) * size;
  return { lines, size, leading, height: ink + (lines.length - 1) * leading };
}
