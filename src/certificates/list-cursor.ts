import { z } from 'zod';
import { hasFourDigitYear } from '../database/four-digit-year.js';
import { refusals } from './certificate.errors.js';
import type { ListPosition } from './certificates.repository.js';

const shape = z.tuple([
  z.iso
    .datetime()
    .transform((text) => new Date(text))
    .refine(hasFourDigitYear),
  z.uuid(),
]);

/** A list position as an opaque text for URLs. */
export function encodeCursor({ generatedAt, id }: ListPosition): string {
  return Buffer.from(JSON.stringify([generatedAt.toISOString(), id])).toString('base64url');
}

/** @throws Problem 422 for any text that {@link encodeCursor} did not make */
export function decodeCursor(cursor: string): ListPosition {
  try {
    const [generatedAt, id] = shape.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    return { generatedAt, id };
  } catch {
    throw refusals.invalidCursor();
  }
}
