import { PDFiumLibrary } from '@hyzyla/pdfium';

let library: Promise<PDFiumLibrary> | undefined;

/** Whether the bytes are a PDF with at least one page, as a PDF reader sees it. */
export async function opensAsPdf(bytes: Buffer): Promise<boolean> {
  library ??= PDFiumLibrary.init();
  const pdfium = await library;
  try {
    const document = await pdfium.loadDocument(bytes);
    const pages = document.getPageCount();
    document.destroy();
    return pages > 0;
  } catch {
    return false; // the library's only way to say that it can't read it
  }
}
