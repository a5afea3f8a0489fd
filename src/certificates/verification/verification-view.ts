import type { VerificationView } from '../../pages/verification-page.js';
import type { CertificateType } from '../rendering/renderer.js';
import type { Verified } from './verification.service.js';

type Frame = Pick<VerificationView, 'language' | 'issuer' | 'siteUrl'>;

/**
 * A verification as its page shows it.
 *
 * | certificate | state |
 * |---|---|
 * | deleted | revoked, naming nobody |
 * | revoked | revoked |
 * | a check found other bytes | tampered |
 * | every file was read and found right | valid |
 * | not read yet since it was issued | not checked |
 */
export function verificationView(
  { certificate, answer, lastCheckedAt }: Verified,
  frame: Frame,
): VerificationView {
  const facts = {
    displayName: answer.participant_display_name,
    tournament: answer.tournament,
    award: certificate.certificateType as CertificateType,
    placement: certificate.placement,
    generatedAt: certificate.generatedAt,
  };
  const code = certificate.verificationCode;
  const withdrawnAt = certificate.deletedAt ?? certificate.revokedAt;
  if (withdrawnAt) {
    return {
      ...frame,
      code,
      state: 'revoked',
      facts,
      revokedAt: withdrawnAt,
      revokedReason: answer.revoked_reason,
    };
  }
  const state = answer.is_tampered ? 'tampered' : lastCheckedAt ? 'valid' : 'not_checked';
  const imageUrl = `${new URL(answer.verification_url).pathname}image.png`;
  return { ...frame, code, state, facts, lastVerifiedAt: lastCheckedAt, imageUrl };
}
