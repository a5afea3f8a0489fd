import { Injectable, Logger } from '@nestjs/common';
import pg from 'pg';
import { PrismaService } from '../../database/prisma.service.js';
import { copiesOwed, oldestCopyOwed } from '../../metrics/metrics.js';
import { isStorageError } from '../../storage/storage.errors.js';
import { Storage } from '../../storage/storage.js';
import type { FileFormat } from '../../storage/storage-key.js';
import type { Certificate, CertificateFile } from '../certificate.js';
import { objectMeta } from '../object-meta.js';
import { type Count, countOwed } from './count-owed.js';

type OwedFile = CertificateFile & { certificate: Certificate };

/** Those of deleted certificates are left out: they are about to be erased. */
const OWED = { s3OwedSince: { not: null }, certificate: { deletedAt: null } };

/** Files copied at once. */
const CONCURRENCY = 8;

export interface OwedResult {
  paid: number;
  /** What is still owed: after an outage mostly files that this round did not come to. */
  owed: Count;
}

/** Makes the S3 copies that dual-write owes, oldest first. */
@Injectable()
export class OwedCopiesService {
  private readonly logger = new Logger(OwedCopiesService.name);

  constructor(
    private readonly prisma: PrismaService,
    private readonly pool: pg.Pool,
    private readonly storage: Storage,
  ) {}

  /** Files whose S3 copy is owed, counted up to {@link COUNTED_UP_TO}; sets the metrics too. */
  async count(): Promise<Count> {
    const { count, more, oldest } = await countOwed(this.pool);
    copiesOwed.set(count);
    oldestCopyOwed.set(oldest === null ? 0 : Math.max(0, (Date.now() - oldest.getTime()) / 1000));
    return { count, more };
  }

  /** Makes copies until none is owed or S3 fails; the rest stays owed. @throws the signal's reason once it aborts */
  async pay(signal: AbortSignal): Promise<OwedResult> {
    let paid = 0;
    let after: OwedFile | undefined;
    let outage = false;
    while (!outage) {
      signal.throwIfAborted();
      const files = await this.oldest(after);
      if (files.length === 0) break;
      const outcomes = await Promise.all(files.map((file) => this.payOne(file)));
      paid += outcomes.filter((outcome) => outcome === 'paid').length;
      outage = outcomes.includes('outage');
      after = files.at(-1);
    }
    return { paid, owed: await this.count() };
  }

  private oldest(after: OwedFile | undefined): Promise<OwedFile[]> {
    const position = after?.s3OwedSince && {
      OR: [
        { s3OwedSince: { gt: after.s3OwedSince } },
        { s3OwedSince: after.s3OwedSince, key: { gt: after.key } },
      ],
    };
    return this.prisma.certificateFile.findMany({
      where: { ...OWED, ...position },
      include: { certificate: true },
      orderBy: [{ s3OwedSince: 'asc' }, { key: 'asc' }],
      take: CONCURRENCY,
    });
  }

  private async payOne(file: OwedFile): Promise<'paid' | 'failed' | 'outage'> {
    try {
      const { storedLocallyAt: _unchanged, ...inS3 } = await this.storage.payOwed(
        file,
        objectMeta(file.certificate, file.format as FileFormat),
      );
      // Only while it is owed: an erasure or a backfill may have come first.
      await this.prisma.certificateFile.updateMany({
        where: { key: file.key, s3OwedSince: { not: null } },
        data: inS3,
      });
      return 'paid';
    } catch (error) {
      if (!isStorageError(error)) throw error;
      this.logger.warn({
        msg: 'an owed S3 copy could not be made; it stays owed',
        key: file.key,
        err: error,
      });
      return error.outage ? 'outage' : 'failed';
    }
  }
}
