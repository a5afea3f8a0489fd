import { localError } from './local-errors.js';

test.each([
  [-122, 'no_space', 'EDQUOT'],
  [-116, 'unavailable', 'ESTALE'],
])('errno %i, which Node does not name, is %s', (errno, code, name) => {
  for (const unnamed of ['UNKNOWN', `Unknown system error ${errno}`]) {
    const error = Object.assign(new Error(unnamed), { code: unnamed, errno });
    const found = localError(error, { operation: 'put', backend: 'local' });
    expect(found).toMatchObject({ code, message: expect.stringContaining(name) as string });
  }
});
