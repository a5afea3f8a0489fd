import base from './jest.config.js';

/**
 * Long runs: `npm run test:campaign`, shortened by CAMPAIGN_SCALE=short.
 * @type {import('jest').Config}
 */
export default {
  ...base,
  roots: ['<rootDir>/test/campaign'],
  testRegex: '\\.campaign\\.ts$',
  testTimeout: 4 * 60 * 60_000,
};
