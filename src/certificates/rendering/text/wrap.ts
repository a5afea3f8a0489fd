const words = new Intl.Segmenter('und', { granularity: 'word' });
const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });
/** Scripts written without spaces, where a line may break between any two words. */
const UNSPACED = /^[\p{scx=Hani}\p{scx=Hira}\p{scx=Kana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmr}]/u;

/** Indices at which a line may start. */
export function wordBreaks(text: string): number[] {
  const segments = [...words.segment(text)];
  return segments
    .filter(({ segment, index }, i) => {
      const before = segments[i - 1]?.segment ?? '';
      return index > 0 && (/\s$/u.test(before) || (UNSPACED.test(segment) && UNSPACED.test(before)));
    })
    .map(({ index }) => index);
}

/** Indices at which a line may start where words may be cut. */
export function graphemeBreaks(text: string): number[] {
  return Array.from(graphemes.segment(text), ({ index }) => index).filter((index) => index > 0);
}

/** Cuts a text into at most `count` parts so that the widest is as narrow as possible. */
export function balance(
  text: string,
  breaks: number[],
  count: number,
  widthOf: (part: string) => number,
): string[] {
  const starts = [0, ...breaks, text.length];
  const pieces = starts.slice(1).map((end, i) => text.slice(starts[i], end));
  const widths = pieces.map(widthOf);
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

/** Fills lines of a given width one by one. */
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
