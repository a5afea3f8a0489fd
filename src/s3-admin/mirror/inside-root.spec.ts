import { join } from 'node:path';
import { checkStateFile } from './inside-root.js';

const root = '/mnt/copies';

test.each(['root', 'root-lock', 'id', 'source', 'tmp/state.db', 'partial'])(
  'a state file in place of .mirror/%s is refused: one of the two would be lost',
  (name) => {
    expect(() => checkStateFile({ root, stateFile: join(root, '.mirror', name) })).toThrow(
      expect.objectContaining({ code: 'bad_state', message: expect.stringContaining('MIRROR_STATE_DB') }),
    );
  },
);

test.each(['/mnt/copies/.mirror/state.db', '/mnt/copies/root', '/mnt/state/root'])(
  'a state file of its own is accepted: %s',
  (stateFile) => {
    expect(() => checkStateFile({ root, stateFile })).not.toThrow();
  },
);
