import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { CommandContext } from '../command-context.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { table } from '../output.js';
import type { BucketRow } from '../state/buckets.js';
import { OBJECT_STATES } from '../state/object-states.js';
import type { ObjectRow } from '../state/object-row.js';
import type { State } from '../state/state.js';
import { ToolError } from '../tool-error.js';
import type { Flags } from './commands.js';
import { bytesText } from './mirror.js';
import { Names } from './names/names.js';
import { readState } from './open-mirror.js';

/** `mirror errors`: exit 1 where there are some. */
export function errorsCommand(context: CommandContext, flags: Flags): Promise<ExitCode> {
  const limit = Number(flags.limit);
  if (!Number.isInteger(limit) || limit < 1) {
    throw new ToolError(
      'bad_limit',
      `--limit: got ${JSON.stringify(flags.limit)}`,
      'give a whole number from 1',
    );
  }
  return readState(context, flags, async (state) => {
    const errors: { bucket: string; key: string; version: string; error: string | null }[] = [];
    const buckets = chosen(state, flags);
    const total = buckets.reduce((count, { id }) => count + state.tallies.count(['failed'], id).files, 0);
    for (const bucket of buckets) {
      if (state.tallies.count(['failed'], bucket.id).files === 0) continue;
      for (const page of state.objects.walk(bucket.id, ['failed'])) {
        for (const { key, version, error } of page) {
          if (errors.length < limit) errors.push({ bucket: bucket.name, key, version, error });
        }
        if (errors.length >= limit) break;
      }
    }
    const bucketErrors = buckets
      .filter(({ error }) => error !== null)
      .map(({ name, error }) => ({ bucket: name, error }));
    context.out.result({ total, errors, bucketErrors }, () =>
      [
        ...bucketErrors.map(({ bucket, error }) => `${bucket}: ${error}`),
        ...errors.map(({ bucket, key, error }) => `${bucket} ${JSON.stringify(key)}: ${error}`),
        total > errors.length ? `${errors.length} of ${total} shown` : `${total} failed`,
      ].join('\n'),
    );
    return total + bucketErrors.length > 0 ? EXIT.some : EXIT.done;
  });
}

/** `mirror report`: the record of provenance. */
export function reportCommand(context: CommandContext, flags: Flags): Promise<ExitCode> {
  return readState(context, flags, async (state) => {
    const names = new Names(state, { portable: state.metadata.get('names') === 'portable' });
    const target = flags.export;
    if (target === '-') {
      await exportTo(context.stdout, state, names, flags, context.signal);
      return EXIT.done;
    }
    let exported = 0;
    if (typeof target === 'string') {
      const stream = createWriteStream(target);
      exported = await exportTo(stream, state, names, flags, context.signal);
      stream.end();
      await finished(stream);
    }
    const buckets = chosen(state, flags).map((bucket) => summary(state, bucket));
    const document = {
      root: state.metadata.get('root'),
      source: state.metadata.get('source'),
      names: state.metadata.get('names'),
      buckets,
      ...(typeof target === 'string' && { exported, file: target }),
    };
    context.out.result(document, () =>
      [
        `Copies of ${document.source} in ${document.root}`,
        table(
          ['Bucket', 'State', 'Compared with', 'Objects', 'Size'],
          buckets.flatMap(({ bucket, counts }) =>
            counts.map((row) => [bucket, row.state, row.proof, String(row.files), bytesText(row.bytes)]),
          ),
        ),
        ...(typeof target === 'string' ? [`${exported} objects written to ${target}`] : []),
      ].join('\n'),
    );
    return EXIT.done;
  });
}

function summary(state: State, bucket: BucketRow) {
  const counts = state.tallies.of(bucket.id).map((tally) => ({
    ...tally,
    proof:
      tally.state === 'marker'
        ? '-'
        : tally.proof === 'none'
          ? 'size only'
          : tally.proof || 'not compared yet',
  }));
  return {
    bucket: bucket.name,
    listedAt: timeText(bucket.scannedAt),
    verifiedAt: timeText(bucket.verifiedAt),
    deletedAt: timeText(bucket.deletedAt),
    versioning: bucket.versioning || 'off',
    extraFiles: bucket.extraFiles,
    counts,
  };
}

async function exportTo(
  stream: Writable,
  state: State,
  names: Names,
  flags: Flags,
  signal: AbortSignal,
): Promise<number> {
  let count = 0;
  for (const bucket of chosen(state, flags)) {
    for (const page of state.objects.walk(bucket.id, OBJECT_STATES)) {
      if (signal.aborted) return count;
      count += page.length;
      const lines = page.map((row) => `${JSON.stringify(record(bucket, row, names))}\n`).join('');
      if (!stream.write(lines)) await once(stream, 'drain');
    }
  }
  return count;
}

function record(bucket: BucketRow, row: ObjectRow, names: Names) {
  const hasFile =
    row.path !== null || row.movingFrom !== null || (row.state !== 'marker' && row.proof !== '');
  return {
    bucket: bucket.name,
    key: row.key,
    version: row.version,
    current: row.latest,
    state: row.state,
    size: row.size,
    modified: timeText(row.modified),
    etag: row.etag,
    storageClass: row.storageClass,
    encryption: row.encryption,
    parts: row.parts,
    checksums: row.checksums === null ? null : (JSON.parse(row.checksums) as unknown),
    file: hasFile ? `${names.folderOf(bucket.name)}/${names.pathOf(row)}` : null,
    comparedWith: row.proof === 'none' ? 'size only' : row.proof || null,
    sha256: row.sha256,
    error: row.error,
  };
}

function chosen(state: State, flags: Flags): BucketRow[] {
  return state.buckets.all().filter(({ name }) => flags.bucket?.includes(name) ?? true);
}

function timeText(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}
