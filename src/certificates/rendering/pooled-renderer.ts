import { fileURLToPath } from 'node:url';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { ConfigError, type ConfigProblem } from '../../config/config.error.js';
import { Config } from '../../config/config.js';
import { prepareDesign } from './design.js';
import type * as worker from './render-worker.js';
import {
  type CertificateContent,
  type PrintedTexts,
  type RenderedFiles,
  Renderer,
  UnprintableTextError,
} from './renderer.js';
import { WorkerPool } from './worker-pool.js';

/** The compiled worker, also where this file runs uncompiled (under Jest): a thread can't load TypeScript. */
const WORKER_FILE = fileURLToPath(new URL('./render-worker.js', import.meta.url)).replace(
  /([\\/])src([\\/]certificates[\\/]rendering[\\/])/,
  '$1dist$2',
);

const ASCII = /^[\x20-\x7e]*$/;

/** Renders in worker threads, as many as there are cores; the first certificate starts them. */
@Injectable()
export class PooledRenderer extends Renderer implements OnModuleInit, OnApplicationShutdown {
  private pool: Promise<WorkerPool<typeof worker>> | undefined;

  constructor(private readonly config: Config) {
    super();
  }

  /**
   * Checks the operator's design before the first certificate.
   * @throws ConfigError naming the variable: a logo that is not an image, a text that no font can print
   */
  async onModuleInit(): Promise<void> {
    const threads = await this.threads();
    const { issuerName, signatoryName, signatoryTitle } = this.config.design;
    const texts = {
      CERT_ISSUER_NAME: issuerName,
      CERT_SIGNATORY_NAME: signatoryName,
      CERT_SIGNATORY_TITLE: signatoryTitle,
    };
    const problems: ConfigProblem[] = [];
    for (const [name, got] of Object.entries(texts)) {
      // Starting a thread takes longer than the rest of the start; every font has ASCII.
      if (!got || ASCII.test(got)) continue;
      const missing = await threads.run('missingCharacters', got);
      if (missing.length > 0)
        problems.push({
          name,
          got,
          takes: `characters that an installed font has, not ${missing.join(' ')}`,
        });
    }
    if (problems.length > 0) throw new ConfigError(problems);
  }

  async render(content: CertificateContent): Promise<RenderedFiles> {
    const answer = await (await this.threads()).run('render', content);
    if ('unprintable' in answer) throw errorOf(answer.unprintable);
    return { pdf: asBuffer(answer.pdf), png: asBuffer(answer.png) };
  }

  async unprintable(texts: PrintedTexts): Promise<UnprintableTextError | null> {
    const found = await (await this.threads()).run('findUnprintable', texts);
    return found && errorOf(found);
  }

  async close(): Promise<void> {
    await (await this.pool)?.close();
  }

  /** After the queue's workers, which render until they have finished. */
  async onApplicationShutdown(): Promise<void> {
    await this.close();
  }

  private threads(): Promise<WorkerPool<typeof worker>> {
    this.pool ??= prepareDesign(this.config.design).then(
      (design) => new WorkerPool<typeof worker>(WORKER_FILE, { design }),
    );
    return this.pool;
  }
}

function errorOf({ field, characters }: worker.Unprintable): UnprintableTextError {
  return new UnprintableTextError(field, characters);
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
