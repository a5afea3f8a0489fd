import { DIRECTION_FEATURE } from '../text/font.js';
import { type Block, block, type Line, runWidth, setLine } from '../text/typeset.js';
import type { Role } from '../text/font-catalogue.js';
import type { TaggedPdf } from './tagged-pdf.js';

type Align = 'left' | 'center' | 'right';

export interface Place {
  /** Left edge, centre or right edge, as `align` says. */
  x: number;
  /** Of the first line. */
  baseline: number;
  align?: Align;
  color: string;
  /** Structure type for screen readers. */
  tag?: 'H1' | 'H2' | 'P';
  /** Space between letters, in sizes; only for scripts whose letters stand apart. */
  tracking?: number;
}

/** Scripts whose letters may be spaced; elsewhere that would break joins and conjuncts. */
const UNJOINED = /^[\p{sc=Latn}\p{sc=Cyrl}\p{sc=Grek}\p{sc=Zyyy}\p{sc=Zinh}]*$/u;

/** Draws the lines of a text one below the other, as one element of the document's structure. */
export function drawBlock(doc: TaggedPdf, { lines, size, leading }: Block, place: Place): void {
  doc.element(place.tag ?? 'P', {}, () =>
    lines.forEach((line, i) =>
      drawLine(doc, line, size, { ...place, baseline: place.baseline + i * leading }),
    ),
  );
}

/** Draws one line of text in one size. */
export function drawText(doc: TaggedPdf, text: string, role: Role, size: number, place: Place): void {
  drawBlock(doc, block([setLine(text, role)], size), place);
}

function drawLine(
  doc: TaggedPdf,
  line: Line,
  size: number,
  { x, baseline, align, color, tracking }: Place,
): void {
  const spacing = tracking && UNJOINED.test(line.text) ? tracking * size : 0;
  const width = line.width * size + spacing * ([...line.text].length - 1);
  let left = x - (align === 'center' ? width / 2 : align === 'right' ? width : 0);
  doc.fillColor(color);
  for (const run of line.runs) {
    // What a reader finds and copies is the text as written, not glyphs in the order they are drawn. Right-to-left runs go
    // without: readers reverse their glyphs by themselves, and poppler would reverse this too.
    const reordered = run.direction === 'ltr' && !UNJOINED.test(run.text);
    if (reordered) doc.markContent('Span', { actual: run.text });
    doc.registerFont(run.font.file, run.font.forPdfkit as never).font(run.font.file);
    doc.fontSize(size).text(run.text, left, baseline, {
      lineBreak: false,
      baseline: 'alphabetic',
      features: [DIRECTION_FEATURE[run.direction]],
      characterSpacing: spacing,
    });
    if (reordered) doc.endMarkedContent();
    left += runWidth(run) * size + spacing * [...run.text].length;
  }
}
