import { createInterface } from 'node:readline/promises';
import { RefusedError } from './exit-code.js';

/**
 * Asks on the terminal; anything but `y` or `yes` is no.
 * @throws RefusedError where nobody can be asked
 */
export async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new RefusedError(
      'not_confirmed',
      'there is no terminal to confirm on: add --yes to do it without a question',
    );
  }
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await prompt.question(`${question} [y/N] `)).trim());
  } finally {
    prompt.close();
  }
}
