import { mkdirSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RefusedError } from './refused.error.js';

const LOG_FILE = 'logs/s3_migration.log';

/** A line per file and outcome, appended run after run: the operator's own record, beside the database's. */
export class LogFile {
  private constructor(
    private readonly file: FileHandle,
    private readonly path: string,
  ) {}

  /** @throws RefusedError if it can't be written: no run starts without its log */
  static async open(path = LOG_FILE): Promise<LogFile> {
    try {
      mkdirSync(dirname(path), { recursive: true });
      return new LogFile(await open(path, 'a'), path);
    } catch (error) {
      throw new RefusedError('log_unwritable', unwritable(path, error));
    }
  }

  async write(runId: string, lines: string[]): Promise<void> {
    if (lines.length === 0) return;
    const now = new Date().toISOString();
    await this.#append(lines.map((line) => `${now} ${runId} ${line}\n`).join(''));
  }

  /** A line that is a document of its own, for programs that read the log. */
  async writeJson(document: object): Promise<void> {
    await this.#append(`${JSON.stringify(document)}\n`);
  }

  async close(): Promise<void> {
    await this.file.close();
  }

  async #append(text: string): Promise<void> {
    try {
      await this.file.appendFile(text);
    } catch (error) {
      throw new Error(unwritable(this.path, error), { cause: error });
    }
  }
}

function unwritable(path: string, error: unknown): string {
  return `${path} can't be written: ${(error as Error).message}`;
}
