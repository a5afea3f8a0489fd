import TestSequencer from '@jest/test-sequencer';

/** Jest starts large files first. Terraform's are small and take longest: begun last, they leave one core idle. */
export default class SlowFirst extends TestSequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    const isSlow = ({ path }) => path.includes('/test/terraform/');
    return [...sorted.filter(isSlow), ...sorted.filter((test) => !isSlow(test))];
  }
}
