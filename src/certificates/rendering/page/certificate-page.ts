import type { Design } from '../design.js';
import { WORDING } from '../wording.js';
import { type Block, fit, setLine } from '../text/typeset.js';
import { NoGlyphError } from '../text/itemize.js';
import { type CertificateContent, type PrintedTexts, UnprintableTextError } from '../renderer.js';
import { drawBackground, drawDivider, drawLaurel, drawSeal, drawStar, PAGE } from './ornaments.js';
import { drawQrCode } from './qr-code.js';
import { drawBlock, drawText } from './text-block.js';

type Doc = PDFKit.PDFDocument;
const CENTER = PAGE.width / 2;
const MARGIN = 62;
const FOOT = 512;

/** @throws UnprintableTextError */
export function drawCertificate(doc: Doc, content: CertificateContent, design: Design): void {
  const wording = WORDING[content.language];
  const { palette } = design;
  const { name, tournament } = fitTexts(content);

  artifact(doc, () => drawBackground(doc, palette));
  drawHead(doc, design);
  drawText(doc, wording.title[content.certificateType], 'title', 40, {
    x: CENTER,
    baseline: 172,
    align: 'center',
    color: palette.accentText,
    tag: 'H1',
    tracking: 0.04,
  });
  artifact(doc, () => drawDivider(doc, 194, 300, palette));
  drawText(doc, wording.presentedTo, 'italic', 16, {
    x: CENTER,
    baseline: 226,
    align: 'center',
    color: palette.muted,
  });

  drawBlock(doc, name, {
    x: CENTER,
    baseline: middle(name, 266),
    align: 'center',
    color: palette.ink,
    tag: 'H2',
  });
  artifact(doc, () => {
    doc
      .lineWidth(0.6)
      .moveTo(CENTER - 230, 308)
      .lineTo(CENTER + 230, 308)
      .stroke(palette.accentLine);
  });
  const reason = wording.reason[content.certificateType];
  if (reason.before)
    drawText(doc, reason.before, 'italic', 16, {
      x: CENTER,
      baseline: 334,
      align: 'center',
      color: palette.muted,
    });
  const at = reason.before ? 364 : 342;
  drawBlock(doc, tournament, {
    x: CENTER,
    baseline: middle(tournament, at - 6),
    align: 'center',
    color: palette.ink,
  });
  if (reason.after)
    drawText(doc, reason.after, 'italic', 16, {
      x: CENTER,
      baseline: 374,
      align: 'center',
      color: palette.muted,
    });
  if (content.completedAt) {
    drawText(doc, wording.completed(wording.date(content.completedAt)), 'text', 13, {
      x: CENTER,
      baseline: 398,
      align: 'center',
      color: palette.muted,
    });
  }
  drawVerification(doc, content, design);
  drawMedallion(doc, content, design);
  drawSignature(doc, content, design);
}

function drawHead(doc: Doc, { palette, issuerName, logo }: Design): void {
  if (logo) {
    const scale = Math.min(200 / logo.width, 52 / logo.height);
    artifact(doc, () => {
      doc.image(logo.png as Buffer, CENTER - (logo.width * scale) / 2, 48 + (52 - logo.height * scale) / 2, {
        width: logo.width * scale,
      });
    });
  } else {
    artifact(doc, () => {
      drawLaurel(doc, CENTER, 72, 17, palette.accentLine);
      drawStar(doc, CENTER, 73, 9, palette.accentText);
    });
  }
  const issuer = fit(issuerName, { role: 'strong', size: 14, maxWidth: 520, maxLines: 1, maxHeight: 20 });
  drawBlock(doc, issuer, { x: CENTER, baseline: 120, align: 'center', color: palette.ink, tracking: 0.12 });
}

function drawVerification(doc: Doc, content: CertificateContent, { palette }: Design): void {
  const wording = WORDING[content.language];
  const side = 92;
  const top = FOOT - side + 10;
  doc.addStructure(
    doc.struct('Figure', { alt: `${wording.scan}: ${content.verificationUrl}` }, [
      () => drawQrCode(doc, content.verificationUrl, MARGIN, top, side),
    ]),
  );
  const x = MARGIN + side + 10;
  drawText(doc, wording.scan, 'strong', 10.5, { x, baseline: top + 30, color: palette.ink });
  drawText(doc, wording.code, 'text', 9, { x, baseline: top + 52, color: palette.muted });
  drawText(doc, content.verificationCode, 'text', 8.5, { x, baseline: top + 65, color: palette.ink });
}

function drawMedallion(doc: Doc, content: CertificateContent, { palette }: Design): void {
  const [x, y, radius] = [CENTER, 466, 44];
  artifact(doc, () => drawSeal(doc, x, y, radius, palette));
  if (content.placement === null) {
    artifact(doc, () => drawStar(doc, x, y + 1, 22, palette.paper));
    return;
  }
  const wording = WORDING[content.language];
  const { number, suffix } = wording.ordinal(content.placement);
  const line = setLine(number + suffix, 'strong');
  const size = Math.min(30, 58 / line.width);
  drawBlock(doc, { lines: [line], size }, { x, baseline: y + 6, align: 'center', color: palette.paper });
  drawText(doc, wording.place, 'strong', 10, {
    x,
    baseline: y + 22,
    align: 'center',
    color: palette.paper,
    tracking: 0.1,
  });
}

function drawSignature(
  doc: Doc,
  content: CertificateContent,
  { palette, signatoryName, signatoryTitle }: Design,
): void {
  const wording = WORDING[content.language];
  const right = PAGE.width - MARGIN;
  const x = right - 90;
  const place = { x, align: 'center' as const };
  drawText(doc, `${wording.issued}: ${wording.date(content.generatedAt)}`, 'text', 11, {
    ...place,
    baseline: FOOT,
    color: palette.muted,
  });
  if (!signatoryName) return;
  artifact(doc, () => {
    doc
      .lineWidth(0.7)
      .moveTo(x - 90, 458)
      .lineTo(x + 90, 458)
      .stroke(palette.ink);
  });
  const signatory = fit(signatoryName, {
    role: 'strong',
    size: 13,
    maxWidth: 190,
    maxLines: 1,
    maxHeight: 20,
  });
  drawBlock(doc, signatory, { ...place, baseline: 474, color: palette.ink });
  if (signatoryTitle) {
    const title = fit(signatoryTitle, {
      role: 'italic',
      size: 11,
      maxWidth: 190,
      maxLines: 1,
      maxHeight: 20,
    });
    drawBlock(doc, title, { ...place, baseline: 489, color: palette.muted });
  }
}

/**
 * Sizes the texts that others chose for their places.
 * @throws UnprintableTextError
 */
export function fitTexts({ displayName, tournamentName }: PrintedTexts): { name: Block; tournament: Block } {
  return {
    name: printable('display_name', () =>
      fit(displayName, { role: 'name', size: 46, maxWidth: 640, maxLines: 3, maxHeight: 62 }),
    ),
    tournament: printable('tournament_name', () =>
      fit(tournamentName, { role: 'strong', size: 24, maxWidth: 620, maxLines: 3, maxHeight: 44 }),
    ),
  };
}

/** Baseline of the first line of a block that is centred on a height. */
function middle({ lines, size }: { lines: unknown[]; size: number }, y: number): number {
  return y + size * 0.32 - ((lines.length - 1) * size * 1.18) / 2;
}

/** Marks what a screen reader passes over. */
function artifact(doc: Doc, draw: () => void): void {
  doc.markContent('Artifact', { type: 'Layout' });
  draw();
  doc.endMarkedContent();
}

function printable<T>(field: UnprintableTextError['field'], set: () => T): T {
  try {
    return set();
  } catch (error) {
    if (error instanceof NoGlyphError) throw new UnprintableTextError(field, error.characters);
    throw error;
  }
}
