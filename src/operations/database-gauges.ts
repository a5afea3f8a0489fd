import { Injectable, Logger } from '@nestjs/common';
import pg from 'pg';
import { OwedCopiesService } from '../certificates/lifecycle/owed-copies.service.js';
import { DATABASE_GAUGES, validationAge } from '../metrics/metrics.js';
import { validationAgeSeconds } from '../migration/runs/runs.js';
import { withinTime } from './time-limit.js';

/** Whoever reads metrics must not wait for a database or a queue that hangs. */
export const ANSWER_LIMIT_MS = 2_000;

/** What only the database knows, asked each time metrics are read: by a scrape, or for CloudWatch. */
@Injectable()
export class DatabaseGauges {
  private readonly logger = new Logger('Metrics');

  constructor(
    private readonly pool: pg.Pool,
    private readonly owedCopies: OwedCopiesService,
  ) {}

  /** Never rejects. No number is better than the last one known: an alarm on absence works, one on a stale number does not. */
  async refresh(): Promise<void> {
    try {
      await withinTime(Promise.all([this.owedCopies.count(), this.readValidationAge()]), ANSWER_LIMIT_MS);
    } catch (err) {
      for (const gauge of DATABASE_GAUGES) gauge.set(Number.NaN);
      this.logger.warn({
        msg: 'the database does not answer: no figures for owed copies and validations',
        err,
      });
    }
  }

  private async readValidationAge(): Promise<void> {
    validationAge.set((await validationAgeSeconds(this.pool)) ?? Number.NaN);
  }
}
