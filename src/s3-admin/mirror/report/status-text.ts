import { table } from '../../output.js';
import type { Count } from '../../state/tallies.js';
import { bytesText } from '../bytes-text.js';
import type { MirrorStatus } from './status.js';

/** A status as people read it. */
export function statusText(status: MirrorStatus): string {
  const cell = ({ files, bytes }: Count): string => `${files} (${bytesText(bytes)})`;
  const rows = status.buckets.map((one) => [
    one.bucket,
    cell(one.total),
    cell(one.synced),
    cell(one.verified),
    cell(one.deleted),
    one.error
      ? `error: ${one.error}`
      : one.failed > 0
        ? `${one.failed} failed`
        : one.scanned
          ? ''
          : 'not listed yet',
  ]);
  const { restores: archive, rate: speed } = status;
  return [
    `Phase: ${status.phase} (round ${status.round}${status.startedAt ? `, since ${status.startedAt}` : ''})`,
    ...runningText(status),
    `Total: ${cell(status.total)}, on disk ${cell(status.synced)}, verified ${cell(status.verified)}`,
    ...(speed
      ? [
          `Rate: ${Math.round(speed.filesPerSecond)}/s, ${bytesText(speed.bytesPerSecond)}/s${speed.remainingSeconds === undefined ? '' : `, about ${duration(speed.remainingSeconds)} left`}`,
        ]
      : []),
    ...(archive.waiting + archive.running > 0
      ? [
          `Archive: ${archive.running} restores running${archive.readyAbout ? `, ready by about ${archive.readyAbout}` : ''}, ${archive.waiting} to be requested`,
        ]
      : []),
    `Completed: ${status.completedBuckets}/${status.buckets.length} buckets`,
    '',
    table(['Bucket', 'Objects', 'Sync', 'Verify', 'Delete', ''], rows),
  ].join('\n');
}

/** What a terminal of so many rows holds of a status: its first lines, which tell most, and not its last ones. */
export function screenful(text: string, rows: number): string {
  const lines = text.split('\n');
  if (lines.length < rows) return text;
  const shown = lines.slice(0, Math.max(1, rows - 2));
  return [...shown, `... ${lines.length - shown.length} more; without --watch all are shown`].join('\n');
}

function runningText({ running, phase }: MirrorStatus): string[] {
  if (running !== undefined) return [`Running: process ${running}`];
  return phase === 'complete' || phase === 'none' ? [] : ['Not running: `mirror` continues where it stopped'];
}

function duration(seconds: number): string {
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  return hours > 0 ? `${hours} h ${minutes} min` : minutes > 0 ? `${minutes} min` : `${seconds} s`;
}
