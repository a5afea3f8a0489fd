import type { Palette } from '../palette.js';

type Doc = PDFKit.PDFDocument;

export const PAGE = { width: 841.89, height: 595.28 };
/** Distances of the frame's lines from the page's edge, in points. */
const FRAME = { outer: 25, inner: 33 };

/** Paper, watermark and frame. */
export function drawBackground(doc: Doc, palette: Palette): void {
  doc.rect(0, 0, PAGE.width, PAGE.height).fill(palette.paper);
  drawRosette(doc, palette);
  drawFrame(doc, palette);
}

/** Interlaced ellipses, as on share certificates, faint behind the text. */
function drawRosette(doc: Doc, palette: Palette): void {
  doc
    .save()
    .translate(PAGE.width / 2, 286)
    .lineWidth(0.5)
    .strokeColor(palette.tint);
  for (let i = 0; i < 10; i++) doc.rotate(18).ellipse(0, 0, 190, 74).stroke();
  doc.restore();
}

function drawFrame(doc: Doc, palette: Palette): void {
  const { outer, inner } = FRAME;
  doc.lineJoin('miter').strokeColor(palette.accentLine);
  doc
    .lineWidth(0.6)
    .rect(outer - 5, outer - 5, PAGE.width - 2 * outer + 10, PAGE.height - 2 * outer + 10)
    .stroke();
  doc
    .lineWidth(2.4)
    .rect(outer, outer, PAGE.width - 2 * outer, PAGE.height - 2 * outer)
    .stroke();
  // The inner line steps back at each corner and leaves room for the ornament.
  const step = 22;
  const [l, t, r, b] = [inner, inner, PAGE.width - inner, PAGE.height - inner];
  doc.lineWidth(0.7);
  doc
    .moveTo(l + step, t)
    .lineTo(r - step, t)
    .quadraticCurveTo(r - step, t + step, r, t + step)
    .lineTo(r, b - step)
    .quadraticCurveTo(r - step, b - step, r - step, b)
    .lineTo(l + step, b)
    .quadraticCurveTo(l + step, b - step, l, b - step)
    .lineTo(l, t + step)
    .quadraticCurveTo(l + step, t + step, l + step, t)
    .closePath()
    .stroke();
  for (const [x, y] of [
    [l + 6, t + 6],
    [r - 6, t + 6],
    [r - 6, b - 6],
    [l + 6, b - 6],
  ] as const) {
    drawDiamond(doc, x, y, 4.2, palette.accentLine);
  }
}

function drawDiamond(doc: Doc, x: number, y: number, radius: number, color: string): void {
  doc.polygon([x, y - radius], [x + radius, y], [x, y + radius], [x - radius, y]).fill(color);
}

/** A rule that swells towards a diamond in its middle. */
export function drawDivider(doc: Doc, y: number, width: number, palette: Palette): void {
  const x = PAGE.width / 2;
  for (const side of [-1, 1]) {
    doc
      .moveTo(x + side * 11, y - 0.7)
      .lineTo(x + (side * width) / 2, y)
      .lineTo(x + side * 11, y + 0.7)
      .fill(palette.accentLine);
    drawDiamond(doc, x + side * 11, y, 1.6, palette.accentLine);
  }
  drawDiamond(doc, x, y, 4, palette.accentLine);
}

/** Two laurel branches, open at the top: what goes between them is the caller's. */
export function drawLaurel(doc: Doc, x: number, y: number, radius: number, color: string): void {
  const leaf = (angle: number, lean: number, length: number) => {
    doc.save().translate(x, y).rotate(angle).translate(radius, 0).rotate(lean);
    doc
      .moveTo(0, 0)
      .quadraticCurveTo(length * 0.55, -length * 0.36, length, 0)
      .quadraticCurveTo(length * 0.45, length * 0.36, 0, 0)
      .fill(color)
      .restore();
  };
  for (const side of [-1, 1]) {
    for (let i = 0; i < 8; i++) {
      const angle = 90 - side * (14 + i * 17.5);
      const length = radius * (0.46 - i * 0.012);
      leaf(angle, side * -48, length);
      if (i > 0 && i < 7) leaf(angle, side * -128, length * 0.86);
    }
    doc
      .save()
      .lineWidth(0.8)
      .strokeColor(color)
      .path(arcPath(x, y, radius, 90 - side * 6, 90 - side * 136, side > 0 ? 0 : 1))
      .stroke()
      .restore();
  }
}

function arcPath(x: number, y: number, radius: number, from: number, to: number, sweep: 0 | 1): string {
  const at = (degrees: number) => {
    const angle = (degrees * Math.PI) / 180;
    return `${x + radius * Math.cos(angle)} ${y + radius * Math.sin(angle)}`;
  };
  return `M ${at(from)} A ${radius} ${radius} 0 0 ${sweep} ${at(to)}`;
}

export function drawStar(doc: Doc, x: number, y: number, radius: number, color: string): void {
  const points = Array.from({ length: 10 }, (_, i): [number, number] => {
    const r = i % 2 ? radius * 0.42 : radius;
    const angle = (i * Math.PI) / 5;
    return [x + r * Math.sin(angle), y - r * Math.cos(angle)];
  });
  doc.polygon(...points).fill(color);
}

/** A seal with a waved edge and two ribbons; what goes in it is the caller's. */
export function drawSeal(doc: Doc, x: number, y: number, radius: number, palette: Palette): void {
  for (const side of [-1, 1]) {
    doc
      .save()
      .translate(x, y)
      .rotate(side * -16);
    const [w, h] = [radius * 0.34, radius * 1.78];
    doc.polygon([-w, 0], [w, 0], [w, h], [0, h - w * 0.7], [-w, h]).fill(palette.accentLine);
    doc.restore();
  }
  const waves = 32;
  for (let i = 0; i <= waves * 2; i++) {
    const angle = (i * Math.PI) / waves;
    const at = (r: number, a: number) => [x + r * Math.sin(a), y - r * Math.cos(a)] as const;
    const r = radius * (i % 2 ? 1.035 : 0.965);
    if (i === 0) doc.moveTo(...at(r, angle));
    else doc.quadraticCurveTo(...at(radius * 1.05, angle - Math.PI / waves / 2), ...at(r, angle));
  }
  doc.closePath().fill(palette.accentText);
  doc
    .lineWidth(0.8)
    .circle(x, y, radius * 0.86)
    .stroke(palette.paper);
  doc
    .lineWidth(0.4)
    .circle(x, y, radius * 0.81)
    .stroke(palette.paper);
}
