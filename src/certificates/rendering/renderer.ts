import type { FileFormat } from '../../storage/storage-key.js';

export const CERTIFICATE_TYPES = ['winner', 'runner_up', 'third_place', 'participant'] as const;
export type CertificateType = (typeof CERTIFICATE_TYPES)[number];
export const LANGUAGES = ['en', 'bn'] as const;
export type Language = (typeof LANGUAGES)[number];

/** All that is printed on a certificate. The same content renders the same bytes. */
export interface CertificateContent {
  tournamentName: string;
  displayName: string;
  certificateType: CertificateType;
  placement: number | null;
  language: Language;
  verificationCode: string;
  /** What the QR code opens. */
  verificationUrl: string;
  generatedAt: Date;
  completedAt: Date | null;
}

/** The texts that others chose. */
export type PrintedTexts = Pick<CertificateContent, 'displayName' | 'tournamentName'>;

export type RenderedFiles = Record<FileFormat, Buffer>;

export abstract class Renderer {
  /** @throws UnprintableTextError where no font has a character of the name or of the tournament's name */
  abstract render(content: CertificateContent): Promise<RenderedFiles>;
  /** The error that `render` would throw for these texts, or null; cheap, for dry runs. */
  abstract unprintable(texts: PrintedTexts): Promise<UnprintableTextError | null>;

  abstract close(): Promise<void>;
}

/** A text holds characters that no font can show; printing boxes is never the answer. */
export class UnprintableTextError extends Error {
  override readonly name = 'UnprintableTextError';

  constructor(
    readonly field: 'display_name' | 'tournament_name',
    /** The characters, each once. */
    readonly characters: string[],
  ) {
    super(
      `${field} has ${characters.map((c) => `${JSON.stringify(c)} (U+${(c.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')})`).join(', ')}, which no installed font can print`,
    );
  }
}
