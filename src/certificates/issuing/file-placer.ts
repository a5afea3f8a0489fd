import { Injectable, Logger } from '@nestjs/common';
import { bytesContent } from '../../storage/content.js';
import { Storage } from '../../storage/storage.js';
import { CONTENT_TYPES, FILE_FORMATS, makeKey, type StorageKey } from '../../storage/storage-key.js';
import { storageProblem } from '../certificate.errors.js';
import { objectMeta } from '../object-meta.js';
import type { RenderedFiles } from '../rendering/renderer.js';
import { IssueRepository, type NewCertificate, type NewFile } from './issue.repository.js';

/** Places a new certificate's files, each noted as pending before its first byte is stored. */
@Injectable()
export class FilePlacer {
  private readonly logger = new Logger(FilePlacer.name);

  constructor(
    private readonly repository: IssueRepository,
    private readonly storage: Storage,
  ) {}

  /** @throws Problem 503 if a file could not be placed; those already placed are removed in the background */
  async place(certificate: NewCertificate, rendered: RenderedFiles): Promise<NewFile[]> {
    const planned = FILE_FORMATS.map((format) => ({
      format,
      key: makeKey(format, certificate.generatedAt),
      content: bytesContent(rendered[format]),
    }));
    const keys = planned.map(({ key }) => key);
    await this.repository.notePending(keys);
    const placed = await Promise.allSettled(
      planned.map(async ({ format, key, content }) => ({
        key,
        format,
        contentType: CONTENT_TYPES[format],
        size: content.size,
        sha256: content.sha256,
        ...(await this.storage.place(key, content, objectMeta(certificate, format))),
      })),
    );
    const failed = placed.find((result) => result.status === 'rejected');
    if (failed) {
      // The notes stay: a write that timed out may still land, and then the sweep removes it. The answer does not wait for
      // this removal, which takes as long again if S3 hangs.
      void this.remove(keys);
      throw storageProblem(failed.reason);
    }
    return placed.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  }

  /** Undoes a placement that was certainly not committed. */
  async discard(files: NewFile[]): Promise<void> {
    const keys = files.map((file) => file.key as StorageKey);
    // An owed copy is a write that S3 did not confirm: as above, it may still land.
    const mayLand = files.some((file) => file.s3OwedSince);
    if ((await this.remove(keys)) && !mayLand) await this.repository.forgetPending(keys);
  }

  /** True when all are gone; otherwise the sweep will try again, since their notes remain. */
  private async remove(keys: StorageKey[]): Promise<boolean> {
    const results = await Promise.allSettled(keys.map((key) => this.storage.remove(key)));
    const failures = results.filter((result) => result.status === 'rejected');
    for (const { reason } of failures) {
      this.logger.warn({ msg: 'unused file left for the sweep', err: reason as unknown });
    }
    return failures.length === 0;
  }
}
