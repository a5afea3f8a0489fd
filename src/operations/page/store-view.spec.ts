import { storeView } from './store-view.js';
import type { StoreState } from './state.js';

const none = { count: 0, more: false };
const STATE: StoreState = {
  mode: 'true',
  bucket: 'certificates',
  s3: 'answers',
  days: 30,
  files: { total: 4, localOnly: 0, both: 0, s3Only: 4, verified: 4, estimated: false },
  away: { count: 2, more: false },
  owed: { ...none, oldest: null },
  mismatched: none,
  spotCheck: undefined,
  asOf: new Date(),
};
const rollbackCheck = (s3: StoreState['s3']) => {
  const [, card = ''] = storeView({ ...STATE, s3 }).markup.split('Rollback check');
  return (card.split('</section>')[0] ?? '').replace(/<[^>]+>|\s+/g, ' ').replace(/ +/g, ' ');
};

describe('the rollback check, where certificates have no local copy', () => {
  it('sends for them while S3 answers', () => {
    expect(rollbackCheck('answers')).toContain(
      '2 certificates would be unreachable with USE_S3_FOR_CERTS=false: run restore:certs',
    );
  });

  it('does not send the operator to a restore that can not work', () => {
    expect(rollbackCheck('silent')).toMatch(/2 certificates can't be read .* S3 does not answer/);
    expect(rollbackCheck('silent')).not.toContain('run restore:certs');
    expect(rollbackCheck('none')).toMatch(/Set AWS_STORAGE_BUCKET_NAME , then run restore:certs/);
  });
});
