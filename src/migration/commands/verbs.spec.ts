import { describe, expect, it } from '@jest/globals';
import { migrationFiles } from '../../metrics/metrics.js';
import type { TaskName } from '../engine/task.js';
import { countRecorded } from './verbs.js';

describe('the count of files', () => {
  it.each([
    ['migrate', 1],
    ['restore', 1],
    ['retire', 1],
    ['import', 1],
    ['erase', 1],
    // its failures are findings: the alarm on files that could not be moved has nothing to do with them
    ['validate', 0],
  ] as [TaskName, number][])('of %s grows by %d', async (task, growth) => {
    const failure = { code: 's3_missing', detail: '', retryable: false, throttled: false, outage: false };
    const item = { key: 'k', certificateId: null, size: 1 };
    countRecorded(task, { item, kind: 'failed', failure, attempts: 1 });
    const { values } = await migrationFiles.get();
    const counted = values.filter(({ labels }) => labels.task === task);
    expect(counted.reduce((sum, { value }) => sum + value, 0)).toBe(growth);
  });
});
