import type { Design } from '../design.js';
import type { Palette } from '../palette.js';
import type { CertificateContent } from '../renderer.js';
import { block, fit, setLine } from '../text/typeset.js';
import { WORDING } from '../wording.js';
import { drawSeal, drawStar, PAGE } from './ornaments.js';
import { drawQrCode } from './qr-code.js';
import type { TaggedPdf } from './tagged-pdf.js';
import { drawBlock, drawText } from './text-block.js';

const MARGIN = 62;
/** Lower edge of QR code and date. */
const FOOT = 522;

/** QR code and, for people without a camera, the code as text. */
export function drawVerification(doc: TaggedPdf, content: CertificateContent, palette: Palette): void {
  const wording = WORDING[content.language];
  const side = 92;
  const top = FOOT - side;
  const alt = `${wording.scan}: ${content.verificationUrl}`;
  doc.element('Figure', { alt }, () => drawQrCode(doc, content.verificationUrl, MARGIN, top, side));
  const x = MARGIN + side + 11;
  drawText(doc, wording.scan, 'strong', 10.5, { x, baseline: top + 30, color: palette.ink });
  drawText(doc, wording.code, 'text', 9, { x, baseline: top + 52, color: palette.muted });
  drawText(doc, content.verificationCode, 'text', 8.5, { x, baseline: top + 65, color: palette.ink });
}

/** The placement on a seal; a star where there is none. */
export function drawMedallion(doc: TaggedPdf, content: CertificateContent, palette: Palette): void {
  const [x, y, radius] = [PAGE.width / 2, 466, 44];
  doc.artifact(() => {
    drawSeal(doc, x, y, radius, palette);
    if (content.placement === null) drawStar(doc, x, y + 1, 22, palette.paper);
  });
  if (content.placement === null) return;
  const wording = WORDING[content.language];
  const ordinal = setLine(wording.ordinal(content.placement), 'strong');
  const size = Math.min(30, 58 / ordinal.width);
  const style = { x, align: 'center' as const, color: palette.paper };
  drawBlock(doc, block([ordinal], size), { ...style, baseline: y + 6 });
  drawText(doc, wording.place, 'strong', 10, { ...style, baseline: y + 22, tracking: 0.1 });
}

/** Signature line and date of issue; only the date, on a line of its own, if nobody signs. */
export function drawSignature(doc: TaggedPdf, content: CertificateContent, design: Design): void {
  const { palette, signatoryName, signatoryTitle } = design;
  const wording = WORDING[content.language];
  const date = wording.date(content.generatedAt);
  const style = { x: PAGE.width - MARGIN - 90, align: 'center' as const };
  const rule = (y: number) =>
    doc.artifact(() => {
      doc
        .lineWidth(0.7)
        .moveTo(style.x - 90, y)
        .lineTo(style.x + 90, y)
        .stroke(palette.ink);
    });
  if (!signatoryName) {
    drawText(doc, date, 'strong', 13, { ...style, baseline: FOOT - 27, color: palette.ink });
    rule(FOOT - 19);
    drawText(doc, wording.issued, 'italic', 11, { ...style, baseline: FOOT - 4, color: palette.muted });
    return;
  }
  rule(458);
  const room = { maxWidth: 190, maxLines: 1, maxHeight: 20 };
  const name = fit(signatoryName, { role: 'strong', size: 13, ...room });
  drawBlock(doc, name, { ...style, baseline: 474, color: palette.ink });
  if (signatoryTitle) {
    const title = fit(signatoryTitle, { role: 'italic', size: 11, ...room });
    drawBlock(doc, title, { ...style, baseline: 489, color: palette.muted });
  }
  drawText(doc, `${wording.issued}: ${date}`, 'text', 11, {
    ...style,
    baseline: FOOT - 4,
    color: palette.muted,
  });
}
