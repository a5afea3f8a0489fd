import { PDFiumLibrary } from '@hyzyla/pdfium';
import sharp from 'sharp';

const WIDTH = 1920;
const HEIGHT = 1080;

// One thread renders one certificate: libvips need not start threads of its own.
sharp.concurrency(1);
sharp.cache(false);

let library: Promise<PDFiumLibrary> | undefined;

/**
 * Rasterises the one page of a PDF to 1920×1080, fitted to the height, on a mat of the given colour.
 * @param mat `#rrggbb`
 */
export async function renderPng(pdf: Buffer, mat: string): Promise<Buffer> {
  library ??= PDFiumLibrary.init();
  const document = await (await library).loadDocument(pdf);
  try {
    const page = document.getPage(0);
    const { originalWidth, originalHeight } = page.getOriginalSize();
    const image = await page.render({
      height: HEIGHT,
      width: Math.round((HEIGHT * originalWidth) / originalHeight),
      render: ({ data, width, height }) => {
        const left = Math.floor((WIDTH - width) / 2);
        return sharp(data, { raw: { width, height, channels: 4 } })
          .removeAlpha()
          .extend({ left, right: WIDTH - width - left, background: mat })
          .png({ compressionLevel: 6 })
          .toBuffer();
      },
    });
    return Buffer.from(image.data);
  } finally {
    document.destroy();
  }
}
