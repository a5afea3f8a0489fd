import { readFileSync } from 'node:fs';
import * as fontkit from 'fontkit';
import * as hb from 'harfbuzzjs';
import { LRUCache } from 'lru-cache';
import { type FontFile, pathOf } from './font-catalogue.js';

export type Direction = 'ltr' | 'rtl';

interface Glyph {
  id: number;
  /** Design units, like all measures here. */
  advanceWidth: number;
  /** What a reader copies when it copies this glyph; none for the second and later glyphs of a cluster. */
  codePoints: number[];
}

interface GlyphPosition {
  xAdvance: number;
  yAdvance: number;
  xOffset: number;
  yOffset: number;
}

/** Glyphs in visual order, left to right. */
export interface Shaped {
  glyphs: Glyph[];
  positions: GlyphPosition[];
  /** Sum of the advances. */
  width: number;
  /** Characters that came out as boxes after all. */
  missing: string[];
  /** How far ink reaches above the baseline and below it. */
  above: number;
  below: number;
}

/** pdfkit passes `features` on untouched, so a run's direction travels as the OpenType tag of its mirrored forms. */
export const DIRECTION_FEATURE: Record<Direction, 'ltrm' | 'rtlm'> = { ltr: 'ltrm', rtl: 'rtlm' };

/**
 * One font of one thread. HarfBuzz shapes (fontkit's own shapers set some Thai, Telugu and pointed Arabic wrong, or throw);
 * fontkit cuts the subset that pdfkit embeds.
 */
export class Font {
  /** A fontkit font for pdfkit, with `layout` done by HarfBuzz. */
  readonly forPdfkit: object;
  readonly unitsPerEm: number;
  private readonly kit: fontkit.Font;
  private readonly hbFont: hb.Font;
  private readonly buffer = new hb.Buffer();
  /** A text is measured, then drawn; fixed texts recur on every certificate. */
  private readonly shaped = new LRUCache<string, Shaped>({ max: 128 });

  constructor(readonly file: FontFile) {
    const bytes = readFileSync(pathOf(file));
    this.kit = fontkit.create(bytes) as fontkit.Font;
    this.hbFont = new hb.Font(new hb.Face(new hb.Blob(bytes)));
    this.unitsPerEm = this.kit.unitsPerEm;
    this.forPdfkit = Object.create(this.kit, {
      layout: { value: (text: string, features: string[]) => this.layoutForPdfkit(text, features) },
    }) as object;
  }

  has(codePoint: number): boolean {
    return this.kit.hasGlyphForCodePoint(codePoint);
  }

  /** @param text of one script and one direction */
  shape(text: string, direction: Direction): Shaped {
    const key = `${direction}${text}`;
    let shaped = this.shaped.get(key);
    if (!shaped) this.shaped.set(key, (shaped = this.shapeAnew(text, direction)));
    return shaped;
  }

  private shapeAnew(text: string, direction: Direction): Shaped {
    const { buffer } = this;
    buffer.clearContents();
    buffer.addText(text);
    buffer.guessSegmentProperties();
    buffer.setDirection(direction === 'rtl' ? hb.Direction.RTL : hb.Direction.LTR);
    // Never the machine's: the same text must give the same glyphs everywhere.
    buffer.setLanguage('und');
    hb.shape(this.hbFont, buffer);
    const infos = buffer.getGlyphInfos();
    const positions = buffer.getGlyphPositions();
    const codePoints = codePointsOf(text, infos, (c) => this.kit.glyphForCodePoint(c).id);
    const glyphs = infos.map(({ codepoint: id }, i): Glyph => {
      return { id, advanceWidth: this.kit.getGlyph(id).advanceWidth, codePoints: codePoints[i] ?? [] };
    });
    const boxes = infos.map(({ codepoint }) => this.kit.getGlyph(codepoint).bbox);
    return {
      glyphs,
      positions,
      missing: infos.flatMap(({ codepoint, cluster }) =>
        codepoint ? [] : String.fromCodePoint(text.codePointAt(cluster) ?? 0),
      ),
      width: positions.reduce((sum, { xAdvance }) => sum + xAdvance, 0),
      above: Math.max(0, ...positions.map(({ yOffset }, i) => yOffset + (boxes[i]?.maxY ?? 0))),
      below: Math.max(0, ...positions.map(({ yOffset }, i) => -yOffset - (boxes[i]?.minY ?? 0))),
    };
  }

  /** pdfkit scales the positions in place and then reads the sum of their advances: give it its own copy. */
  private layoutForPdfkit(text: string, features: string[]) {
    const shaped = this.shape(text, features.includes(DIRECTION_FEATURE.rtl) ? 'rtl' : 'ltr');
    const positions = shaped.positions.map((position) => ({ ...position }));
    return {
      glyphs: shaped.glyphs,
      positions,
      get advanceWidth() {
        return positions.reduce((sum, position) => sum + position.xAdvance, 0);
      },
    };
  }
}

/**
 * Distributes the code points of each cluster to its glyphs: to each the one it stands for by itself, the rest to the
 * first that is left. pdfkit keeps one text per glyph for the whole document, so a glyph must not claim its neighbour's.
 */
function codePointsOf(
  text: string,
  infos: { codepoint: number; cluster: number }[],
  nominalGlyph: (codePoint: number) => number,
): number[][] {
  const starts = [...new Set(infos.map(({ cluster }) => cluster))].sort((a, b) => a - b);
  const told = infos.map((): number[] => []);
  starts.forEach((start, n) => {
    const rest = Array.from(text.slice(start, starts[n + 1]), (c) => c.codePointAt(0) ?? 0);
    const unnamed: number[][] = [];
    infos.forEach(({ codepoint: id, cluster }, i) => {
      if (cluster !== start) return;
      const own = rest.findIndex((codePoint) => nominalGlyph(codePoint) === id);
      if (own >= 0) told[i] = rest.splice(own, 1);
      else unnamed.push(told[i] as number[]);
    });
    unnamed[0]?.push(...rest);
  });
  return told;
}

const opened = new Map<FontFile, Font>();

/** Opens a font on first use; one object per thread from then on. */
export function openFont(file: FontFile): Font {
  let font = opened.get(file);
  if (!font) opened.set(file, (font = new Font(file)));
  return font;
}
