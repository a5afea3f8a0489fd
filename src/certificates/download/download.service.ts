import { Injectable } from '@nestjs/common';
import { mayRead, type Principal } from '../../auth/principal.js';
import { certDownloads } from '../../metrics/metrics.js';
import { type OpenFile, type PresignedUrl, Storage, type StoredFile } from '../../storage/storage.js';
import { refusals, storageProblem } from '../certificate.errors.js';
import type { DownloadQuery } from '../dto/requests.js';
import type { ByteRange } from './byte-range.js';
import { DownloadCounter } from './download-counter.js';
import { type DownloadableFile, DownloadRepository } from './download.repository.js';

@Injectable()
export class DownloadService {
  constructor(
    private readonly repository: DownloadRepository,
    private readonly storage: Storage,
    private readonly counter: DownloadCounter,
  ) {}

  /** The file that this caller may have. @throws Problem 404 unknown, 403 not theirs, 410 revoked or deleted */
  async find(id: string, format: DownloadQuery['format'], who: Principal): Promise<DownloadableFile> {
    const found = await this.repository.find(id, format);
    if (!found) throw refusals.unknownCertificate();
    // Once erased it is nobody's any more: its former owner is told so, too.
    if (found.deletedAt && !found.file) throw refusals.deleted();
    if (!mayRead(who, found, found)) throw refusals.notYours();
    if (found.deletedAt) throw refusals.deleted();
    if (found.revokedAt) throw refusals.revoked(found.revokedReason, found.revokedAt);
    const { file } = found;
    if (!file) throw refusals.unknownCertificate();
    return { ...found, file };
  }

  /** Where a browser can fetch it by itself, or null if it comes through the service. */
  async presign(
    found: DownloadableFile,
    filename: string,
    query: DownloadQuery,
    method: 'GET' | 'HEAD',
  ): Promise<PresignedUrl | null> {
    if (query.delivery === 'proxy') return null;
    try {
      return await this.storage.presign(found.file, { filename, disposition: query.disposition, method });
    } catch (error) {
      throw storageProblem(error);
    }
  }

  /** Opens the file. @throws Problem 503 if no copy can be read now, 202 if it must be restored first */
  async open(file: StoredFile, range: ByteRange | null, signal: AbortSignal): Promise<OpenFile> {
    try {
      return await this.storage.open(file, { ...(range && { range }), signal });
    } catch (error) {
      throw storageProblem(error);
    }
  }

  /** Notes that the client got the file, or was sent to it. */
  record(found: DownloadableFile, status: number, source: string): void {
    certDownloads.inc({ status, source });
    this.counter.count(found.id);
  }

  /** Notes an answer that was not a download: 304, 410, 503 and so on. */
  recordRefusal(status: number): void {
    certDownloads.inc({ status, source: 'none' });
  }
}
