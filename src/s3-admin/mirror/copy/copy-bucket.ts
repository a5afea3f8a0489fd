import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { BucketRow } from '../../state/buckets.js';
import type { ObjectRow } from '../../state/object-row.js';
import { ToolError } from '../../tool-error.js';
import { proveObject } from '../content/prove-object.js';
import { assertSpace } from '../disk-space.js';
import type { Mirror } from '../mirror.js';
import { isFolder, regularFile } from '../inside-root.js';
import { isUnreadable } from '../unreadable.js';
import { type Attempt, attempts } from './attempts.js';
import { asError, describeFailure, kindOf } from './failures.js';
import { type Fetched, fetchObject, keepModified, partSizes, versionToAsk } from './fetch.js';
import { fetchLargeObject } from './fetch-large.js';
import { Interrupted } from './fetch-ranges.js';
import { Landing } from './landing.js';
import { ObjectReader } from './object-reader.js';
import { recordFailure, recordGone } from './record.js';
import { relocate } from './relocate.js';
import { Slots } from './slots.js';

/** Large objects under way at once: their ranges fill the slots, and one is hashed while the next comes in. */
const LARGE_AT_ONCE = 2;
/** How often an object that changes while it is read is tried again. */
const LOOKS = 3;

/**
 * Copies the objects of a bucket that are to be copied. Why an object failed is in its row.
 * @throws ToolError, or the error itself, if the run must stop: the rest is still to be copied
 */
export async function copyBucket(mirror: Mirror, bucket: BucketRow): Promise<void> {
  const folder = join(mirror.settings.root, mirror.names.folderOf(bucket.name));
  await relocate(mirror, bucket, folder);
  const { bytes, files } = mirror.state.tallies.count(['pending'], bucket.id);
  if (files === 0) return;
  await assertSpace(mirror, bytes);
  const client = await mirror.clients.s3For(bucket.name);
  const reader = await ObjectReader.forBucket(client, bucket.name, mirror.connections);
  await new BucketCopy(mirror, bucket, folder, reader).run();
}

class BucketCopy {
  private readonly landing: Landing;
  private readonly attempt: Attempt;
  private readonly largeSlots = new Slots(LARGE_AT_ONCE);
  private readonly running = new Set<Promise<void>>();
  private oneEnded: (() => void) | undefined;
  /** Without a folder there is nothing that could be there already. */
  private readonly begunBefore: boolean;
  private stopped: Error | undefined;

  constructor(
    private readonly mirror: Mirror,
    private readonly bucket: BucketRow,
    private readonly folder: string,
    private readonly reader: ObjectReader,
  ) {
    this.begunBefore = isFolder(mirror.settings.root, folder);
    this.landing = new Landing(mirror, bucket, folder);
    this.attempt = attempts(new Slots(mirror.settings.concurrency));
  }

  async run(): Promise<void> {
    const { state, settings, signal } = this.mirror;
    // A few more than slots, so that none is idle while an object is being placed.
    const most = settings.concurrency * 2;
    for (const page of state.objects.walk(this.bucket.id, ['pending'])) {
      for (const row of page) {
        if (this.running.size >= most) await new Promise<void>((resolve) => (this.oneEnded = resolve));
        if (signal.aborted || this.stopped !== undefined) break;
        const work = this.copy(row).then(() => {
          this.running.delete(work);
          this.oneEnded?.();
        });
        this.running.add(work);
      }
      if (signal.aborted || this.stopped !== undefined) break;
    }
    await Promise.all(this.running);
    await this.landing.close();
    if (this.stopped !== undefined) throw this.stopped;
  }

  private async copy(row: ObjectRow): Promise<void> {
    try {
      await this.copyOrFail(row, LOOKS);
    } catch (thrown) {
      if (thrown instanceof Interrupted) return;
      const error = this.mirror.work.gone() ?? thrown;
      if (kindOf(error) === 'stop') this.stopped ??= asError(error);
      else if (kindOf(error) === 'connection' && !(await this.answersAbout(row)))
        this.stopped ??= unreachable(this.bucket.name, error);
      else recordFailure(this.mirror, this.bucket, row, error);
    }
  }

  /** Some servers break off each time in the middle of a damaged object; the next one fares better then. */
  private answersAbout({ key }: ObjectRow): Promise<boolean> {
    return this.reader.head({ key }).then(
      () => true,
      (error: unknown) => kindOf(error) !== 'connection',
    );
  }

  private async copyOrFail(row: ObjectRow, looks: number): Promise<void> {
    try {
      const there = await this.alreadyThere(row).catch((error: unknown) => {
        // A copy takes the place of a file that can't be read.
        if (isUnreadable(error)) return undefined;
        throw error;
      });
      await this.landing.add({
        row,
        fetched: there ?? (await this.fetch(row)),
        inPlace: there !== undefined,
      });
    } catch (error) {
      const { state } = this.mirror;
      const kind = kindOf(error);
      if (kind === 'gone') recordGone(state, row);
      else if (kind === 'archived') state.objects.update(row, { state: 'archived', error: null });
      else if (kind === 'changed' && looks > 0) await this.lookAgain(row, looks);
      else throw error;
    }
  }

  private fetch(row: ObjectRow): Promise<Fetched> {
    const { settings, work, hasher } = this.mirror;
    if (row.size >= settings.largeObject && row.size > settings.partSize) {
      return this.largeSlots.run(() => fetchLargeObject(this.mirror, this.reader, row, this.attempt));
    }
    return this.attempt(async () => {
      const file = work.temporaryFile();
      try {
        return await fetchObject(this.reader, row, file, hasher);
      } catch (error) {
        rmSync(file, { force: true });
        throw error;
      }
    });
  }

  /** A file from a run that was killed before it could say so, or from a mirror whose state was lost. */
  private async alreadyThere(row: ObjectRow): Promise<Fetched | undefined> {
    if (!this.begunBefore) return undefined;
    const file = join(this.folder, this.mirror.names.choose(row));
    if (regularFile(this.mirror.settings.root, file)?.size !== row.size) return undefined;
    const request = { key: row.key, version: versionToAsk(row), ifMatch: row.etag };
    const facts = await this.attempt(() => this.reader.head(request));
    const proof = await proveObject(
      { file, size: row.size },
      facts,
      partSizes(this.reader, row),
      this.mirror.hasher,
    );
    if (proof.outcome !== 'same') return undefined;
    await keepModified(file, row);
    return { file, facts, proof, sha256: undefined, passed: undefined };
  }

  /** Replaced since the scan: what is there now is copied instead. */
  private async lookAgain(row: ObjectRow, looks: number): Promise<void> {
    const facts = await this.attempt(() => this.reader.head({ key: row.key, version: versionToAsk(row) }));
    const now = { size: facts.size, modified: facts.modified, etag: facts.etag };
    // What S3 said about an earlier copy does not apply to this one.
    const forgotten = { proof: '', parts: null, checksums: null, sha256: null };
    this.mirror.state.objects.update(row, { ...now, ...forgotten });
    await this.copyOrFail({ ...row, ...now, ...forgotten }, looks - 1);
  }
}

function unreachable(bucket: string, cause: unknown): ToolError {
  return new ToolError(
    'unreachable',
    `${bucket}: the server does not answer (${describeFailure(cause)})`,
    'check the network and the server, then run it again: it continues where it stopped',
    { cause },
  );
}
