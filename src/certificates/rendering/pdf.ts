import { once } from 'node:events';
import type { Design } from './design.js';
import { drawCertificate } from './page/certificate-page.js';
import { TaggedPdf } from './page/tagged-pdf.js';
import type { CertificateContent } from './renderer.js';
import { WORDING } from './wording.js';

/**
 * One A4 landscape page. The same content and design give the same bytes.
 * @throws UnprintableTextError
 */
export async function renderPdf(content: CertificateContent, design: Design): Promise<Buffer> {
  const doc = new TaggedPdf({
    size: 'A4',
    layout: 'landscape',
    margin: 0,
    font: '',
    pdfVersion: '1.7',
    displayTitle: true,
    lang: content.language,
    // pdfkit derives the document's id from these. No name of a person among them.
    info: {
      Title: WORDING[content.language].title[content.certificateType],
      Author: design.issuerName,
      Creator: 'Certstore',
      CreationDate: content.generatedAt,
    },
  });
  const chunks: Buffer[] = [];
  doc.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = once(doc, 'end');
  drawCertificate(doc, content, design);
  doc.end();
  await ended;
  return Buffer.concat(chunks);
}
