import { expect, it } from '@jest/globals';
import { screenful } from './status-text.js';

const status = ['Phase', 'Total', '', 'Bucket', 'a', 'b', 'c'].join('\n');

it.each([
  [8, status],
  [7, 'Phase\nTotal\n\nBucket\na\n... 2 more; without --watch all are shown'],
  [1, 'Phase\n... 6 more; without --watch all are shown'],
])('shows of a status in %i rows what stands first', (rows, shown) => {
  expect(screenful(status, rows)).toBe(shown);
});
