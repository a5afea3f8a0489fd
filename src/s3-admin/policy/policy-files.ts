import { existsSync } from 'node:fs';
import { constants, copyFile, readdir, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ToolError } from '../tool-error.js';
import { writeWhole } from './write-whole.js';

const SUFFIX = '_policy.json';

/** A policy that was in force before an apply or a rollback replaced it. */
export interface KeptPolicy {
  file: string;
  /** ISO 8601. */
  keptAt: string;
  /** As the server gave it; null where the bucket had none. */
  policy: string | null;
}

/**
 * `<folder>/<bucket>_policy.json` for what will be applied, `<folder>/previous/<bucket>/<time>.json` for what was in
 * force before. Files appear whole or not at all and are on the disk when a method returns.
 */
export class PolicyFiles {
  constructor(readonly folder: string) {}

  pathOf(bucket: string): string {
    return join(this.folder, `${safeName(bucket)}${SUFFIX}`);
  }

  /** Buckets that have a policy file. */
  async buckets(): Promise<string[]> {
    const names = existsSync(this.folder) ? await readdir(this.folder) : [];
    return names.filter((name) => name.endsWith(SUFFIX)).map((name) => name.slice(0, -SUFFIX.length));
  }

  /** @throws ToolError if there is no file or it can't be read */
  async read(bucket: string): Promise<string> {
    const file = this.pathOf(bucket);
    try {
      return await readText(file);
    } catch (error) {
      const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      throw new ToolError(
        missing ? 'no_policy_file' : 'unreadable_policy_file',
        missing ? `no file ${file}` : `${file} can't be read: ${(error as Error).message}`,
        missing ? `write it: policy generate ${bucket}` : 'check the permissions of the file and its folder',
        { cause: error },
      );
    }
  }

  /** @returns where an earlier file with other contents is now; undefined if there was none */
  async write(bucket: string, text: string): Promise<string | undefined> {
    const file = this.pathOf(bucket);
    const former = existsSync(file) ? await readFile(file, 'utf8') : undefined;
    if (former === text) return undefined;
    const aside = former === undefined ? undefined : await copyAside(file);
    await writeWhole(file, text);
    return aside;
  }

  /** Keeps what is in force, so that {@link latest} finds it, also where the clock was set back since the last one. */
  async keep(bucket: string, policy: string | null, now: Date): Promise<KeptPolicy> {
    const afterLast = timeOf(await this.lastName(bucket)) + 1;
    const keptAt = new Date(Math.max(now.getTime(), afterLast)).toISOString();
    const file = join(this.previous(bucket), `${keptAt.replaceAll(':', '-')}.json`);
    await writeWhole(file, `${JSON.stringify({ bucket, kept_at: keptAt, policy }, null, 2)}\n`);
    return { file, keptAt, policy };
  }

  /** What {@link keep} kept was not replaced after all. */
  async forget(kept: KeptPolicy): Promise<void> {
    await unlink(kept.file);
  }

  /** Keeps what a rollback is about to replace: for people, not a step of a later rollback. @returns the file */
  async keepUndone(bucket: string, policy: string, now: Date): Promise<string> {
    const keptAt = now.toISOString();
    const file = join(this.previous(bucket), `${keptAt.replaceAll(':', '-')}.undone.json`);
    await writeWhole(file, `${JSON.stringify({ bucket, kept_at: keptAt, policy }, null, 2)}\n`);
    return file;
  }

  /** The policy kept last and not yet rolled back to, or undefined. */
  async latest(bucket: string): Promise<KeptPolicy | undefined> {
    const last = await this.lastName(bucket);
    if (!last) return undefined;
    const file = join(this.previous(bucket), last);
    try {
      const { kept_at, policy } = JSON.parse(await readFile(file, 'utf8')) as {
        kept_at: string;
        policy: string | null;
      };
      return { file, keptAt: kept_at, policy };
    } catch (error) {
      throw new ToolError(
        'bad_kept_policy',
        `${file}: ${(error as Error).message}`,
        'correct or remove that file',
        {
          cause: error,
        },
      );
    }
  }

  /** Marks a kept policy as rolled back to: the next rollback goes one further back. */
  async markUsed(kept: KeptPolicy): Promise<void> {
    await rename(kept.file, kept.file.replace(/\.json$/, '.used.json'));
  }

  private async lastName(bucket: string): Promise<string | undefined> {
    const folder = this.previous(bucket);
    const names = existsSync(folder) ? await readdir(folder) : [];
    return names
      .filter((name) => /^[\d-]+T[\d.-]+Z\.json$/.test(name))
      .sort()
      .at(-1);
  }

  private previous(bucket: string): string {
    return join(this.folder, 'previous', safeName(bucket));
  }
}

/** When a policy was kept, by its file's name; milliseconds since the epoch, 0 where that is no time. */
function timeOf(name = ''): number {
  return Date.parse(name.replace(/T(\d\d)-(\d\d)-(.*)\.json$/, 'T$1:$2:$3')) || 0;
}

/** Somebody may have written it by hand, so it replaces no earlier copy. @returns `<file>.old`, else `.old-2` and so on */
async function copyAside(file: string): Promise<string> {
  for (let n = 1; ; n++) {
    const aside = n === 1 ? `${file}.old` : `${file}.old-${n}`;
    try {
      await copyFile(file, aside, constants.COPYFILE_EXCL);
      return aside;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** Editors on Windows begin a file with a byte order mark, which is not JSON. */
export async function readText(file: string): Promise<string> {
  return (await readFile(file, 'utf8')).replace(/^\uFEFF/, '');
}

/** Bucket names are letters, digits, dots, dashes and underscores; anything else could leave the folder. */
function safeName(bucket: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/.test(bucket)) return bucket;
  throw new ToolError(
    'bad_bucket_name',
    `not a bucket name: ${JSON.stringify(bucket.slice(0, 100))}`,
    'give only the name, without s3://, a slash or a path',
  );
}
