import { describe, expect, it } from '@jest/globals';
import { integrityMismatches, migrationFiles } from '../../metrics/metrics.js';
import type { TaskName } from '../engine/task.js';
import { countRecorded } from './count-recorded.js';

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

describe('the count of files that are not what was issued', () => {
  it.each([
    ['local_corrupt', 1],
    ['s3_corrupt', 1],
    ['local_differs', 1],
    ['s3_differs', 1],
    ['s3_missing', 0],
    ['local_orphan', 0],
  ])('grows by what a validation finds: %s by %d', async (code, growth) => {
    const mismatches = async () => (await integrityMismatches.get()).values[0]?.value ?? 0;
    const before = await mismatches();
    const failure = { code, detail: '', retryable: false, throttled: false, outage: false };
    const item = { key: 'k', certificateId: null, size: 1 };
    countRecorded('validate', { item, kind: 'failed', failure, attempts: 1 });
    expect((await mismatches()) - before).toBe(growth);
  });
});
