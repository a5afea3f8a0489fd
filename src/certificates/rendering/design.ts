import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import type { CertificateDesign } from '../../config/config.js';
import { ConfigError } from '../../config/config.error.js';
import { type Palette, paletteOf } from './palette.js';

/** The operator's design, made ready for drawing: it crosses into the worker threads as it is. */
export interface Design {
  issuerName: string;
  signatoryName: string | undefined;
  signatoryTitle: string | undefined;
  palette: Palette;
  logo: Logo | undefined;
}

/** A PNG on paper colour, without transparency: pdfkit embeds it unchanged. */
interface Logo {
  png: Uint8Array;
  /** Pixels. */
  width: number;
  height: number;
}

/** More than the 200 × 52 points of its place need at 300 dpi. */
const LOGO_BOX = { width: 840, height: 220 };

/** @throws ConfigError naming CERT_LOGO_FILE if no image can be read from it */
export async function prepareDesign(design: CertificateDesign): Promise<Design> {
  const palette = paletteOf(design.accentColor);
  return {
    issuerName: design.issuerName,
    signatoryName: design.signatoryName,
    signatoryTitle: design.signatoryTitle,
    palette,
    logo: design.logoFile ? await prepareLogo(design.logoFile, palette.paper) : undefined,
  };
}

async function prepareLogo(file: string, paper: string): Promise<Logo> {
  const refuse = (why: string) =>
    new ConfigError([{ name: 'CERT_LOGO_FILE', got: file, takes: `the path of a PNG or JPEG file: ${why}` }]);
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw refuse(error.code === 'ENOENT' ? 'there is no such file' : `it can't be read (${error.code})`);
  });
  const image = sharp(bytes);
  const { format } = await image.metadata().catch(() => ({ format: undefined }));
  if (format !== 'png' && format !== 'jpeg')
    throw refuse(`this is ${format ? `a ${format} file` : 'no image'}`);
  const { data, info } = await image
    .autoOrient()
    .flatten({ background: paper })
    .resize({ ...LOGO_BOX, fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .removeAlpha()
    .png({ compressionLevel: 9 })
    .toBuffer({ resolveWithObject: true })
    .catch((error: Error) => {
      throw refuse(`it is damaged (${error.message.split('\n')[0]})`);
    });
  return { png: data, width: info.width, height: info.height };
}
