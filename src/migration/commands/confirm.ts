import { createInterface } from 'node:readline/promises';
import { RefusedError } from '../runs/refused.error.js';

/**
 * Asks on the terminal; anything but `y` or `yes` means no, and so does the end of input.
 * @param signal ends the question, as Ctrl-C does
 * @throws RefusedError if nobody can be asked, or the answer is Ctrl-C
 */
export async function confirm(question: string, signal: AbortSignal): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new RefusedError(
      'not_confirmed',
      'no terminal to ask for confirmation: add --yes to go ahead without it',
    );
  }
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  // While it asks, the terminal delivers Ctrl-C as a key.
  const ctrlC = new AbortController();
  prompt.once('SIGINT', () => ctrlC.abort());
  const interrupted = AbortSignal.any([signal, ctrlC.signal]);
  try {
    const answer = await prompt.question(`${question} [y/N] `, { signal: interrupted });
    return /^y(es)?$/i.test(answer.trim());
  } catch (error) {
    if ((error as Error).name !== 'AbortError') throw error;
    process.stderr.write('\n');
    if (!interrupted.aborted) return false;
    throw new RefusedError('interrupted', 'Nothing was done.');
  } finally {
    prompt.close();
  }
}
