import { Injectable, Logger } from '@nestjs/common';
import { isDatabaseUnavailable } from '../../database/is-database-unavailable.js';
import type { BatchItem, Tournament } from '../../generated/prisma/client.js';
import { Problem } from '../../http/problem.js';
import { isStorageError } from '../../storage/storage.errors.js';
import { type IssueBody, issueBody } from '../dto/requests.js';
import { IssueService } from '../issuing/issue.service.js';
import { BatchRepository } from './batch.repository.js';
import { RESULTS_AT_ONCE } from './results-at-once.js';

/** Does the pending items of a batch. May be run again, or twice at once: each item is finished by compare-and-set. */
@Injectable()
export class BatchProcessor {
  private readonly logger = new Logger(BatchProcessor.name);

  constructor(
    private readonly batches: BatchRepository,
    private readonly issuer: IssueService,
  ) {}

  /** @throws the first temporary failure (storage, database); the rest of the batch then waits for the next try */
  async process(batchId: string, signal: AbortSignal): Promise<void> {
    const batch = await this.batches.find(batchId);
    if (!batch || batch.finishedAt) return;
    for (;;) {
      await this.batches.heartbeat(batchId);
      const items = await this.batches.pendingItems(batchId, RESULTS_AT_ONCE);
      if (items.length === 0) return this.batches.finish(batchId);
      const results = await Promise.allSettled(
        items.map((item) => this.processItem(batch.tournament, item, signal)),
      );
      const failed = results.find((result) => result.status === 'rejected');
      if (failed) throw failed.reason;
      signal.throwIfAborted();
    }
  }

  private async processItem(tournament: Tournament, item: BatchItem, signal: AbortSignal): Promise<void> {
    const ref = { batchId: item.batchId, index: item.index };
    try {
      const { certificate, created } = await this.issuer.issue(tournament, requestOf(item), ref);
      if (!created) await this.batches.finishItem(ref, { state: 'skipped', certificateId: certificate.id });
    } catch (error) {
      // Stopping a worker can cut off what it is doing; that says nothing about the result.
      if (signal.aborted || mayPass(error)) throw error;
      const known = error instanceof Problem ? error : undefined;
      if (!known)
        this.logger.error({
          msg: 'a batch item failed',
          batch_id: item.batchId,
          index: item.index,
          err: error,
        });
      await this.batches.finishItem(ref, {
        state: 'failed',
        errorCode: known?.code ?? 'internal',
        errorDetail: known?.detail ?? 'This result failed because of an error in the service; see its log.',
      });
    }
  }
}

/** An outage, or a race with others; anything else would always fail and must not hold up the batch. */
function mayPass(error: unknown): boolean {
  if (error instanceof Problem) return error.status >= 500 || error.status === 409;
  return isDatabaseUnavailable(error) || isStorageError(error);
}

function requestOf(item: BatchItem): IssueBody {
  return issueBody.parse({
    participant: { id: item.participantId, user_id: item.userId, display_name: item.displayName },
    certificate_type: item.certificateType,
    placement: item.placement,
    language: item.language,
    force_regenerate: item.forceRegenerate,
  });
}
