import { workerData } from 'piscina';
import type { Design } from './design.js';
import { fitTexts } from './page/certificate-page.js';
import { renderPdf } from './pdf.js';
import { renderPng } from './png.js';
import { NoGlyphError } from './text/itemize.js';
import { setLine } from './text/typeset.js';
import { type CertificateContent, type PrintedTexts, UnprintableTextError } from './renderer.js';

/** Errors lose their class on the way between threads: the one that callers tell apart travels as data. */
export interface Unprintable {
  field: UnprintableTextError['field'];
  characters: string[];
}
export type RenderAnswer = { pdf: Uint8Array; png: Uint8Array } | { unprintable: Unprintable };

const { design } = workerData as { design: Design };

export async function render(content: CertificateContent): Promise<RenderAnswer> {
  try {
    const pdf = await renderPdf(content, design);
    return { pdf, png: await renderPng(pdf, design.palette.mat) };
  } catch (error) {
    return { unprintable: asData(error) };
  }
}

export function findUnprintable(texts: PrintedTexts): Unprintable | null {
  try {
    fitTexts(texts);
    return null;
  } catch (error) {
    return asData(error);
  }
}

/** @returns the characters of a text that no font has */
export function missingCharacters(text: string): string[] {
  try {
    setLine(text, 'strong');
    return [];
  } catch (error) {
    if (error instanceof NoGlyphError) return error.characters;
    throw error;
  }
}

function asData(error: unknown): Unprintable {
  if (!(error instanceof UnprintableTextError)) throw error;
  return { field: error.field, characters: error.characters };
}
