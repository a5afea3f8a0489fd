import { PassThrough } from 'node:stream';
import { expect, it } from '@jest/globals';
import { Progress } from './progress.js';

/** What a terminal with free rows below shows in the end, by rows; `…` ends one that was not let wrap. */
function shownOf(output: string): string[] {
  const rows = [''];
  let [row, saved, wraps] = [0, 0, true];
  for (const [token] of output.matchAll(/\x1b[78]|\x1b\[[^A-Za-z]*[A-Za-z]|\n|[^\x1b\r\n]+/g)) {
    if (token === '\x1b7') saved = row;
    else if (token === '\x1b8') row = saved;
    else if (token === '\n') rows[++row] ??= '';
    else if (token.endsWith('K')) rows[row] = token === '\x1b[K' ? '' : (rows[row] ?? '');
    else if (token.startsWith('\x1b[?7')) wraps = token === '\x1b[?7h';
    else if (!token.startsWith('\x1b')) rows[row] = wraps ? token : `${token}…`;
  }
  return rows;
}

it('prints lines whole and above the bar, and what follows below it', () => {
  const terminal = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  const figures = { total: 2, done: 0, skipped: 0, failed: 0, bytes: 0 };
  const progress = new Progress('migrate:certs', figures, terminal as unknown as NodeJS.WriteStream);
  for (const line of ['[ERROR] one', '[ERROR] two']) {
    figures.failed += 1;
    progress.print(line);
    progress.update();
  }
  progress.stop();
  terminal.write('SUMMARY\n');
  const bar: unknown = expect.stringMatching(/^migrate:certs \[=+\] 100% 2\/2, .*…$/);
  expect(shownOf(String(terminal.read()))).toEqual(['[ERROR] one', '[ERROR] two', bar, 'SUMMARY', '']);
});
