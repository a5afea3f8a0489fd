import type { Certificate, CertificateFile, Tournament } from '../generated/prisma/client.js';

export type { Certificate, CertificateFile, Tournament };
export type CertificateWithFiles = Certificate & { files: CertificateFile[] };
export type CertificateInContext = CertificateWithFiles & { tournament: Tournament };

/** What a browser saves a certificate as: no name in it, and the code's first digits match the printed ones. */
export function downloadName(certificate: { verificationCode: string }, format: string): string {
  return `certificate-${certificate.verificationCode.slice(0, 8)}.${format}`;
}

/** Path of the public verification; in the QR code it follows SITE_URL. */
export function verificationPath(code: string): string {
  return `/api/tournaments/certificates/verify/${code}/`;
}

export function downloadPath(id: string): string {
  return `/api/tournaments/certificates/${id}/download/`;
}
