import { PassThrough } from 'node:stream';
import { Progress } from './progress.js';

test('a bar without a total says how far it is, not that it is done', () => {
  const terminal = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  const progress = new Progress(terminal);
  progress.begin('scan');
  progress.add(1000, 0);
  progress.end();
  const shown = String(terminal.read());
  expect(shown).toContain('scan 1000 objects');
  expect(shown).not.toContain('100%');
});
