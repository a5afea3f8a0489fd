import { create } from 'qrcode';

/** Modules of clear space a reader needs on every side (ISO/IEC 18004). */
const QUIET_ZONE = 4;

/**
 * Draws a QR code as one vector path, quiet zone included.
 * @param side of the whole square, in points
 */
export function drawQrCode(
  doc: PDFKit.PDFDocument,
  content: string,
  x: number,
  y: number,
  side: number,
): void {
  const { modules } = create(content, { errorCorrectionLevel: 'M' });
  const module = side / (modules.size + 2 * QUIET_ZONE);
  doc.save().rect(x, y, side, side).fill('#ffffff');
  doc.translate(x + QUIET_ZONE * module, y + QUIET_ZONE * module).scale(module);
  for (let row = 0; row < modules.size; row++) {
    for (let column = 0; column < modules.size; ) {
      let end = column;
      while (end < modules.size && modules.get(row, end)) end++;
      if (end > column) doc.rect(column, row, end - column, 1);
      column = end + 1;
    }
  }
  doc.fill('#000000').restore();
}
