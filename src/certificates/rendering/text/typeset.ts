import { LRUCache } from 'lru-cache';
import type { Role } from './font-catalogue.js';
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
  /** Size in points where there is room enough. */
  size: number;
  maxWidth: number;
  maxLines: number;
  /** Room for the ink of all lines together, from the top of the first to the bottom of the last. */
  maxHeight: number;
}

/** Least distance of baselines, in sizes. */
const LEADING = 1.18;
/** A text that fits one line at this share of its size is not wrapped. */
const WRAP_BELOW = 0.62;
/** Below this many points letters stop being readable: then a word may be cut. */
const CUT_WORDS_BELOW = 11;

const words = new Intl.Segmenter('und', { granularity: 'word' });
const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });
/** Scripts written without spaces, where a line may break between any two words. */
const UNSPACED = /^[\p{scx=Hani}\p{scx=Hira}\p{scx=Kana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmr}]/u;

/** Standing texts come again on every certificate. */
const setLines = new LRUCache<string, Line>({ max: 256 });

/** @throws NoGlyphError */
export function setLine(text: string, role: Role, direction = baseDirection(text)): Line {
  const key = `${role} ${direction} ${text}`;
  let line = setLines.get(key);
  if (!line) {
    const runs = itemize(text, role, direction);
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
 * Shrinks a text, or wraps it on lines of like width, so that it fits; never cuts anything off.
 * @throws NoGlyphError
 */
export function fit(text: string, { role, size, maxWidth, maxLines, maxHeight }: Fit): Block {
  const direction = baseDirection(text);
  const fitted = (parts: string[]): Block => {
    const lines = parts.map((part) => setLine(part, role, direction));
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
      const wrapped = fitted(balance(text, breaks, count, role));
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

/** Indices at which a line may start. */
function wordBreaks(text: string): number[] {
  const segments = [...words.segment(text)];
  return segments
    .filter(({ segment, index }, i) => {
      const before = segments[i - 1]?.segment ?? '';
      return index > 0 && (/\s$/u.test(before) || (UNSPACED.test(segment) && UNSPACED.test(before)));
    })
    .map(({ index }) => index);
}

function graphemeBreaks(text: string): number[] {
  return Array.from(graphemes.segment(text), ({ index }) => index).filter((index) => index > 0);
}

/** Cuts a text into at most `count` parts so that the widest is as narrow as can be. */
function balance(text: string, breaks: number[], count: number, role: Role): string[] {
  const starts = [0, ...breaks, text.length];
  const pieces = starts.slice(1).map((end, i) => text.slice(starts[i], end));
  const widths = pieces.map((piece) => setLine(piece, role).width);
  const total = widths.reduce((sum, width) => sum + width, 0);
  let tooNarrow = total / count;
  let wideEnough = total;
  for (let step = 0; step < 24; step++) {
    const width = (tooNarrow + wideEnough) / 2;
    if (fill(pieces, widths, width).length <= count) wideEnough = width;
    else tooNarrow = width;
  }
  return fill(pieces, widths, wideEnough * (1 + 1e-9)).map((part) => part.trim());
}

/** Fills lines of a given width one after the other. */
function fill(pieces: string[], widths: number[], max: number): string[] {
  const lines: string[] = [];
  let width = Infinity;
  pieces.forEach((piece, i) => {
    width += widths[i] ?? 0;
    if (width > max) {
      lines.push(piece);
      width = widths[i] ?? 0;
    } else {
      lines.push((lines.pop() ?? '') + piece);
    }
  });
  return lines;
}
