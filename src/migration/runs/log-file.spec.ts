import { expect, it } from '@jest/globals';
import { LogFile } from './log-file.js';

it('a log whose disk is full is named, or the disk of the certificates would be suspected', async () => {
  const log = await LogFile.open('/dev/full');
  await expect(log.write('run', ['line'])).rejects.toThrow(/^\/dev\/full can't be written: ENOSPC/);
  await expect(log.writeJson({})).rejects.toThrow(/^\/dev\/full can't be written: ENOSPC/);
  await log.close();
});
