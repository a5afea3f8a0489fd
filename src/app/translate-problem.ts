import { storageProblem } from '../certificates/certificate.errors.js';
import { isDatabaseUnavailable } from '../database/is-database-unavailable.js';
import { QueueUnavailableError } from '../queue/job-queue.js';
import { Problem } from '../http/problem.js';

/** Outages of parts that `http` knows nothing of, as the client sees them. */
export function translateProblem(error: unknown): Problem | undefined {
  if (isDatabaseUnavailable(error)) {
    return new Problem(
      503,
      'database_unavailable',
      'Temporarily unavailable',
      "The database can't be reached at the moment. Nothing was lost; please try again shortly.",
      { retryAfter: 10, cause: error },
    );
  }
  if (error instanceof QueueUnavailableError) {
    return new Problem(
      503,
      'queue_unavailable',
      'Temporarily unavailable',
      "The queue can't be reached at the moment. Your request may still be carried out; please try again shortly.",
      { retryAfter: 10, cause: error },
    );
  }
  const translated = storageProblem(error);
  return translated instanceof Problem ? translated : undefined;
}
