import { create } from 'qrcode';

/**
 * Draws a QR code as one vector path on its background, which must be light. Four modules around it stay free
 * (ISO/IEC 18004); they are about a tenth of the side.
 * @param side in points
 */
export function drawQrCode(
  doc: PDFKit.PDFDocument,
  content: string,
  x: number,
  y: number,
  side: number,
): void {
  const { modules } = create([{ data: Buffer.from(content), mode: 'byte' }], { errorCorrectionLevel: 'M' });
  doc
    .save()
    .translate(x, y)
    .scale(side / modules.size);
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
