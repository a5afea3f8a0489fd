import { readFileSync } from 'node:fs';
import * as fontkit from 'fontkit';
import * as hb from 'harfbuzzjs';
import { type FontFile, pathOf } from './font-catalogue.js';

export type Direction = 'ltr' | 'rtl';

export interface Glyph {
  id: number;
  /** Design units, as all measures here. */
  advanceWidth: number;
  /** What a reader copies when it copies this glyph; none for the second and later glyphs of a cluster. */
  codePoints: number[];
}

export interface GlyphPosition {
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
}

/** pdfkit passes `features` on untouched, so a run's direction travels as the OpenType tag of its mirrored forms. */
export const DIRECTION_FEATURE: Record<Direction, 'ltrm' | 'rtlm'> = { ltr: 'ltrm', rtl: 'rtlm' };

/** Shapings kept per font: the standing texts and the name just measured, not every name ever seen. */
const CACHE_SIZE = 256;

/**
 * One font of one thread. HarfBuzz shapes (fontkit's own shapers set some Thai, Telugu and pointed Arabic wrong, or throw);
 * fontkit cuts the subset that pdfkit embeds.
 */
export class Font {
  /** What pdfkit takes for a fontkit font: one, with `layout` done by HarfBuzz. */
  readonly forPdfkit: object;
  readonly unitsPerEm: number;
  readonly ascent: number;
  readonly descent: number;
  private readonly kit: fontkit.Font;
  private readonly hbFont: hb.Font;
  private readonly buffer = new hb.Buffer();
  private readonly shaped = new Map<string, Shaped>();

  constructor(readonly file: FontFile) {
    const bytes = readFileSync(pathOf(file));
    this.kit = fontkit.create(bytes) as fontkit.Font;
    this.hbFont = new hb.Font(new hb.Face(new hb.Blob(bytes)));
    this.unitsPerEm = this.kit.unitsPerEm;
    this.ascent = this.kit.ascent;
    this.descent = this.kit.descent;
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
    const known = this.shaped.get(key);
    if (known) return known;
    const shaped = this.shapeAnew(text, direction);
    if (this.shaped.size >= CACHE_SIZE) this.shaped.clear();
    this.shaped.set(key, shaped);
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
    const starts = [...new Set(infos.map((info) => info.cluster))].sort((a, b) => a - b);
    const told = new Set<number>();
    const glyphs = infos.map(({ codepoint: id, cluster }): Glyph => {
      const codePoints = told.has(cluster)
        ? []
        : Array.from(text.slice(cluster, starts[starts.indexOf(cluster) + 1]), (c) => c.codePointAt(0) ?? 0);
      told.add(cluster);
      return { id, advanceWidth: this.kit.getGlyph(id).advanceWidth, codePoints };
    });
    return { glyphs, positions, width: positions.reduce((sum, p) => sum + p.xAdvance, 0) };
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

const opened = new Map<FontFile, Font>();

/** Opens a font on first use; one object per thread from then on. */
export function openFont(file: FontFile): Font {
  let font = opened.get(file);
  if (!font) opened.set(file, (font = new Font(file)));
  return font;
}
