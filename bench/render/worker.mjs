// What one thread does in the rendering benchmark: our renderer, or pdfkit alone.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { once } from 'node:events';
import * as fontkit from 'fontkit';
import PDFDocument from 'pdfkit';
import { prepareDesign } from '../../dist/certificates/rendering/design.js';
import { drawBackground, drawDivider, drawLaurel, drawSeal, drawStar } from '../../dist/certificates/rendering/page/ornaments.js';
import { drawQrCode } from '../../dist/certificates/rendering/page/qr-code.js';
import { renderPdf } from '../../dist/certificates/rendering/pdf.js';
import { renderPng } from '../../dist/certificates/rendering/png.js';

const require = createRequire(import.meta.url);
const font = (file) => fontkit.create(readFileSync(require.resolve(`@expo-google-fonts/${file}`)));
const FONTS = {
  title: font('cinzel/600SemiBold/Cinzel_600SemiBold.ttf'),
  name: font('eb-garamond/500Medium/EBGaramond_500Medium.ttf'),
  text: font('eb-garamond/400Regular/EBGaramond_400Regular.ttf'),
  italic: font('eb-garamond/400Regular_Italic/EBGaramond_400Regular_Italic.ttf'),
  strong: font('eb-garamond/600SemiBold/EBGaramond_600SemiBold.ttf'),
};
const design = await prepareDesign({
  issuerName: 'FIDE',
  signatoryName: 'Arkady Dvorkovich',
  signatoryTitle: 'President',
  accentColor: '#9a7b2f',
});

/** The same page by pdfkit alone: fonts shared, every text at a known place in one font that is known to have it. */
async function barePdf(content) {
  const doc = new PDFDocument({ size: 'A4', layout: 'landscape', margin: 0, font: '' });
  const chunks = [];
  doc.on('data', (chunk) => chunks.push(chunk));
  const ended = once(doc, 'end');
  const { palette } = design;
  const { width } = doc.page;
  for (const [name, object] of Object.entries(FONTS)) doc.registerFont(name, object);
  const text = (string, role, size, x, y, color, align = 'center', w = 600) =>
    doc
      .font(role)
      .fontSize(size)
      .fillColor(color)
      .text(string, align === 'center' ? x - w / 2 : x, y, { align, width: w });
  drawBackground(doc, palette);
  drawLaurel(doc, width / 2, 72, 17, palette.accentLine);
  drawStar(doc, width / 2, 73, 9, palette.accentText);
  text('FIDE', 'strong', 14, width / 2, 108, palette.ink);
  text('Winner Certificate', 'title', 40, width / 2, 132, palette.accentText);
  drawDivider(doc, 194, 300, palette);
  text('This certificate is proudly presented to', 'italic', 16, width / 2, 210, palette.muted);
  text(content.displayName, 'name', 46, width / 2, 236, palette.ink);
  doc.lineWidth(0.6).moveTo(width / 2 - 230, 308).lineTo(width / 2 + 230, 308).stroke(palette.accentLine);
  text('for winning', 'italic', 16, width / 2, 318, palette.muted);
  text(content.tournamentName, 'strong', 24, width / 2, 342, palette.ink);
  text('completed on 22 April 2024', 'text', 13, width / 2, 386, palette.muted);
  drawQrCode(doc, content.verificationUrl, 62, 430, 92);
  text('Scan to verify', 'strong', 10.5, 164, 450, palette.ink, 'left', 200);
  text('Verification code', 'text', 9, 164, 474, palette.muted, 'left', 200);
  text(content.verificationCode, 'text', 8.5, 164, 487, palette.ink, 'left', 200);
  drawSeal(doc, width / 2, 466, 44, palette);
  text('1st', 'strong', 30, width / 2, 450, palette.paper, 'center', 60);
  text('Place', 'strong', 10, width / 2, 478, palette.paper, 'center', 60);
  doc.lineWidth(0.7).moveTo(600, 458).lineTo(780, 458).stroke(palette.ink);
  text('Arkady Dvorkovich', 'strong', 13, 690, 462, palette.ink, 'center', 180);
  text('President', 'italic', 11, 690, 480, palette.muted, 'center', 180);
  text('Date of issue: 23 April 2024', 'text', 11, 690, 502, palette.muted, 'center', 180);
  doc.end();
  await ended;
  return Buffer.concat(chunks);
}

/** @returns what the pool's own thread would send back */
export async function ours({ content, png }) {
  const pdf = await renderPdf(content, design);
  return { pdf, png: png ? await renderPng(pdf, design.palette.mat) : undefined };
}

/** A loop within the thread: nothing crosses threads, nothing waits for a task. */
export async function bareLoop({ contents, png }) {
  for (const content of contents) {
    const pdf = await barePdf(content);
    if (png) await renderPng(pdf, design.palette.mat);
  }
}
