import type { Design } from '../design.js';
import { type CertificateContent, type PrintedTexts, UnprintableTextError } from '../renderer.js';
import { hanStyleOf } from '../text/font-catalogue.js';
import { NoGlyphError } from '../text/itemize.js';
import { type Block, block, fit, setLine } from '../text/typeset.js';
import { WORDING } from '../wording.js';
import { drawMedallion, drawSignature, drawVerification } from './foot.js';
import { drawBackground, drawDivider, drawLaurel, drawStar, PAGE } from './ornaments.js';
import type { TaggedPdf } from './tagged-pdf.js';
import { drawBlock, drawText } from './text-block.js';

const CENTER = PAGE.width / 2;
/** Between the line above and the rule below; `middle` is where a line of Latin letters is centred. */
const NAME = { top: 236, bottom: 303, middle: 266 };
/** Between the rule under the name and the medallion. */
const CITATION = { top: 313, bottom: 412 };

/** @throws UnprintableTextError */
export function drawCertificate(doc: TaggedPdf, content: CertificateContent, design: Design): void {
  const { name, tournament } = fitTexts(content);
  const { palette } = design;
  const wording = WORDING[content.language];
  const centred = { x: CENTER, align: 'center' as const };

  doc.artifact(() => drawBackground(doc, palette));
  drawIssuer(doc, design);
  const title = wording.title[content.certificateType];
  drawText(doc, title, 'title', 40, {
    ...centred,
    baseline: 172,
    color: palette.accentText,
    tag: 'H1',
    tracking: 0.04,
  });
  doc.artifact(() => drawDivider(doc, 194, 300, palette));
  drawText(doc, wording.presentedTo, 'italic', 16, { ...centred, baseline: 226, color: palette.muted });
  drawBlock(doc, name, { ...centred, baseline: nameBaseline(name), color: palette.ink, tag: 'H2' });
  doc.artifact(() => {
    doc
      .lineWidth(0.6)
      .moveTo(CENTER - 230, 308)
      .lineTo(CENTER + 230, 308);
    doc.stroke(palette.accentLine);
  });
  drawCitation(doc, content, tournament, design);

  drawVerification(doc, content, palette);
  drawMedallion(doc, content, palette);
  drawSignature(doc, content, design);
}

/**
 * Sizes the texts that others chose for their places.
 * @throws UnprintableTextError
 */
export function fitTexts({ displayName, tournamentName }: PrintedTexts): { name: Block; tournament: Block } {
  return {
    name: printable('display_name', () =>
      fit(displayName, {
        role: 'name',
        size: 46,
        maxWidth: 640,
        maxLines: 3,
        maxHeight: NAME.bottom - NAME.top,
        han: hanStyleOf(displayName, tournamentName),
      }),
    ),
    tournament: printable('tournament_name', () =>
      fit(tournamentName, {
        role: 'strong',
        size: 24,
        maxWidth: 620,
        maxLines: 3,
        maxHeight: 46,
        han: hanStyleOf(tournamentName, displayName),
      }),
    ),
  };
}

function drawIssuer(doc: TaggedPdf, { palette, issuerName, logo }: Design): void {
  doc.artifact(() => {
    if (logo) {
      const scale = Math.min(200 / logo.width, 54 / logo.height);
      const [width, height] = [logo.width * scale, logo.height * scale];
      doc.image(logo.png as Buffer, CENTER - width / 2, 73 - height / 2, { width });
    } else {
      drawLaurel(doc, CENTER, 72, 17, palette.accentLine);
      drawStar(doc, CENTER, 73, 9, palette.accentText);
    }
  });
  const issuer = fit(issuerName, { role: 'strong', size: 14, maxWidth: 480, maxLines: 1, maxHeight: 20 });
  drawBlock(doc, issuer, { x: CENTER, baseline: 120, align: 'center', color: palette.ink, tracking: 0.12 });
}

/** Centred by its letters, not by its ink, unless that ink would touch the lines above or below. */
function nameBaseline({ size, leading, lines, height }: Block): number {
  const above = (lines[0]?.above ?? 0) * size;
  const centred = NAME.middle + size * 0.32 - ((lines.length - 1) * leading) / 2;
  return Math.min(Math.max(centred, NAME.top + above), NAME.bottom - height + above);
}

/** For what, where and when: as high as the tournament's name demands, centred in its room. */
function drawCitation(
  doc: TaggedPdf,
  content: CertificateContent,
  tournament: Block,
  { palette }: Design,
): void {
  const wording = WORDING[content.language];
  const { before, after } = wording.reason[content.certificateType];
  const small = (text: string | null | undefined, role: 'italic' | 'text', size: number) =>
    text ? [{ part: block([setLine(text, role)], size), color: palette.muted }] : [];
  const parts = [
    ...small(before, 'italic', 16),
    { part: tournament, color: palette.ink },
    ...small(after, 'italic', 16),
    ...small(content.completedAt && wording.completed(wording.date(content.completedAt)), 'text', 13),
  ];
  const ink = parts.reduce((sum, { part }) => sum + part.height, 0);
  const gap = Math.min(13, (CITATION.bottom - CITATION.top - ink) / parts.length);
  let top = (CITATION.top + CITATION.bottom - ink - gap * (parts.length - 1)) / 2;
  for (const { part, color } of parts) {
    const baseline = top + (part.lines[0]?.above ?? 0) * part.size;
    drawBlock(doc, part, { x: CENTER, baseline, align: 'center', color });
    top += part.height + gap;
  }
}

function printable<T>(field: UnprintableTextError['field'], set: () => T): T {
  try {
    return set();
  } catch (error) {
    if (error instanceof NoGlyphError) throw new UnprintableTextError(field, error.characters);
    throw error;
  }
}
