import base from './jest.config.js';

/**
 * Long runs: `npm run test:campaign`, shortened by CAMPAIGN_SCALE=short.
 * @type {import('jest').Config}
 */
export default {
  ...base,
  roots: ['<rootDir>/test/campaign'],
  testRegex: '\\.campaign\\.ts$',
  maxWorkers: 1,
  // One worker is the runner itself: without this a campaign that failed, its servers still listening, would never end.
  forceExit: true,
  testTimeout: 4 * 60 * 60_000,
};
