import { Readable } from 'node:stream';
import { Injectable, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { refusals } from '../certificate.errors.js';
import { type ByteRange, requestedRange } from './byte-range.js';
import type { DownloadableFile } from './download.repository.js';
import { DownloadService } from './download.service.js';
import { judge } from './preconditions.js';

/** Sends a file through the service: conditional requests, ranges, back-pressure, clients that disconnect. */
@Injectable()
export class FileReply {
  private readonly logger = new Logger(FileReply.name);

  constructor(private readonly downloads: DownloadService) {}

  async send(
    found: DownloadableFile,
    as: { filename: string; disposition: 'attachment' | 'inline' },
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const { file } = found;
    const etag = `"${file.sha256}"`;
    const lastModified = found.generatedAt.toUTCString();
    const validators = {
      etag,
      'cache-control': 'private, max-age=600',
      'last-modified': lastModified,
      'accept-ranges': 'bytes',
    };
    const verdict = judge(request.headers, etag, found.generatedAt);
    if (verdict === 'failed') throw refusals.preconditionFailed();
    if (verdict === 'unchanged') {
      this.downloads.recordRefusal(304);
      return void reply.status(304).headers(validators).send();
    }
    const { 'if-range': ifRange, range: rangeHeader } = request.headers;
    // Only GET has ranges (RFC 9110, 14.2).
    const resumes =
      request.method === 'GET' && (ifRange === undefined || ifRange === etag || ifRange === lastModified);
    const range = resumes ? requestedRange(rangeHeader, file.size) : null;
    if (range === 'unsatisfiable') throw refusals.rangeNotSatisfiable(file.size);
    const body = await this.open(found, range, request, reply);
    reply.status(range ? 206 : 200).headers({
      ...validators,
      'content-type': file.contentType,
      'content-length': range ? range.end - range.start + 1 : file.size,
      'content-disposition': `${as.disposition}; filename="${as.filename}"; filename*=UTF-8''${as.filename}`,
      ...(range && { 'content-range': `bytes ${range.start}-${range.end}/${file.size}` }),
    });
    void reply.send(body);
  }

  private async open(
    found: DownloadableFile,
    range: ByteRange | null,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Readable> {
    const clientGone = new AbortController();
    reply.raw.once('close', () => clientGone.abort());
    const { read, source } = await this.downloads.open(found.file, range, clientGone.signal);
    read.body.once('error', (error) => {
      if (!clientGone.signal.aborted)
        this.logger.error({ msg: 'download broke off', key: found.file.key, err: error });
    });
    if (request.method === 'HEAD') {
      read.body.destroy();
      return Readable.from([]);
    }
    // One download is one count, however many pieces a viewer fetches it in.
    if (!range || range.start === 0) this.downloads.record(found, range ? 206 : 200, source);
    return read.body;
  }
}
