import type { Failure } from '../engine/settled.js';
import type { Item, TaskName } from '../engine/task.js';
import type { Recorded } from './run-journal.js';
import { VERBS } from './verbs.js';

/** What became of files, a line each, as the log and the terminal show it. */
export function linesOf(recorded: Recorded[], task: TaskName, dryRun: boolean): string[] {
  return recorded.map((one) => lineOf(one, task, dryRun));
}

function lineOf(recorded: Recorded, task: TaskName, dryRun: boolean): string {
  const { item } = recorded;
  switch (recorded.kind) {
    case 'done': {
      const note = recorded.note ? ` (${recorded.note})` : '';
      const what = dryRun ? `[DRY-RUN] would be ${VERBS[task]}` : `[SUCCESS] ${VERBS[task]}`;
      return `${what}: ${item.key}, ${item.size} bytes${note}`;
    }
    case 'skipped':
      return `[SKIP] ${item.key}: ${recorded.reason}`;
    case 'failed': {
      const { code, detail } = recorded.failure;
      return `[ERROR] ${item.key}: ${code}: ${oneLine(detail)} (attempt ${recorded.attempts})`;
    }
  }
}

export function retryLine(item: Item, failure: Failure, attempt: number, attempts: number): string {
  return `[RETRY] ${item.key}: ${failure.code}: ${oneLine(failure.detail)} (attempt ${attempt} of ${attempts})`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}
