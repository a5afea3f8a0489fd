import { isStorageError, type StorageError } from '../storage/storage.errors.js';
import { Problem } from '../http/problem.js';
import type { UnprintableTextError } from './rendering/renderer.js';

/** Everything this module refuses, in one place: status, code, and the sentence that says what to do. */
export const refusals = {
  unknownTournament: (id: number) =>
    new Problem(
      404,
      'unknown_tournament',
      'Unknown tournament',
      `There is no tournament ${id}. Create it first: PUT /api/tournaments/${id}/.`,
    ),
  tournamentNotCompleted: (id: number, status: string) =>
    new Problem(
      409,
      'tournament_not_completed',
      'Tournament not completed',
      `Certificates are issued for completed tournaments; tournament ${id} is "${status}". PUT it with "status": "completed" first.`,
    ),
  notYours: () =>
    new Problem(
      403,
      'forbidden',
      'Not allowed',
      "This token does not allow that. Certificates are for their owner, their tournament's organizer and staff; tournaments for their organizer and staff.",
    ),
  staffOnly: () =>
    new Problem(403, 'forbidden', 'Staff only', 'This call needs a token with the role "staff".'),
  unknownCertificate: () =>
    new Problem(404, 'unknown_certificate', 'Unknown certificate', 'There is no certificate with this id.'),
  unknownCode: () =>
    new Problem(
      404,
      'unknown_code',
      'Unknown verification code',
      'No certificate has this verification code. Check it against the one printed on the certificate.',
    ),
  unknownBatch: () =>
    new Problem(404, 'unknown_batch', 'Unknown batch', 'There is no such batch in this tournament.'),
  revoked: (reason: string | null, at: Date) =>
    new Problem(
      410,
      'certificate_revoked',
      'Certificate revoked',
      `This certificate was revoked: ${reason ?? 'no reason given'}.`,
      {
        extensions: { revoked_reason: reason, revoked_at: at.toISOString() },
      },
    ),
  deleted: () =>
    new Problem(410, 'certificate_deleted', 'Certificate deleted', 'This certificate was deleted.'),
  tampered: () =>
    new Problem(
      410,
      'certificate_tampered',
      'Stored file differs',
      'The last check found that a stored file is not what was issued. The image is shown again once a check finds it right.',
    ),
  unprintable: (error: UnprintableTextError) =>
    new Problem(
      422,
      'unprintable_text',
      "Text can't be printed",
      `${error.message}. Send a spelling without it.`,
      {
        extensions: { field: error.field, characters: error.characters },
        cause: error,
      },
    ),
  invalidCursor: () =>
    new Problem(
      422,
      'invalid_cursor',
      'Invalid cursor',
      'Take the cursor unchanged from the `next` link of the previous page.',
    ),
  conflictingIssue: () =>
    new Problem(
      409,
      'concurrent_issue',
      'Already being issued',
      'Another request was issuing the same certificate. Send the request again to get it.',
      { retryAfter: 1 },
    ),
  preconditionFailed: () =>
    new Problem(
      412,
      'precondition_failed',
      'Precondition failed',
      'The file is not the one that If-Match or If-Unmodified-Since names; leave them out to get it.',
    ),
  rangeNotSatisfiable: (size: number) =>
    new Problem(
      416,
      'range_not_satisfiable',
      'Range not satisfiable',
      `The file has ${size} bytes; request a range within them, or leave out Range to get the whole file.`,
      { headers: { 'content-range': `bytes */${size}` } },
    ),
  storageUnavailable: (cause: StorageError) =>
    new Problem(
      503,
      'storage_unavailable',
      'Temporarily unavailable',
      'The certificate store is temporarily unavailable. Nothing was lost; please try again in a few minutes.',
      { retryAfter: 300, cause },
    ),
  restoring: (cause: StorageError, retryAfter: number) =>
    new Problem(
      202,
      'restore_in_progress',
      'Being restored from the archive',
      'This file is in the archive and is being restored. Try again later.',
      { retryAfter, cause },
    ),
};

/** Often enough: S3 Glacier Flexible Retrieval takes 3 to 5 hours in its standard tier. */
const RESTORE_RETRY_SECONDS = 3600;

/** A storage failure as the client sees it: never a 500, since the certificate still exists. */
export function storageProblem(error: unknown): unknown {
  if (!isStorageError(error) || error.code === 'aborted') return error;
  if (error.code === 'archived') return refusals.restoring(error, RESTORE_RETRY_SECONDS);
  return refusals.storageUnavailable(error);
}
