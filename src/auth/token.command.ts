import { decodeJwt } from 'jose';
import type { Config } from '../config/config.js';
import { NoSigningKeyError, signToken } from './sign-token.js';

/** A hundred years. */
const LONGEST_S = 100 * 365.25 * 86_400;

export interface TokenOptions {
  sub: string;
  role: string[];
  expiresIn: string;
}

/** Prints a token on standard output. @returns the exit code: 2 where the options or the configuration don't allow it */
export async function printToken(config: Config, options: TokenOptions): Promise<number> {
  const expiresIn = options.expiresIn === 'never' ? undefined : options.expiresIn;
  try {
    const token = await signToken(config, { sub: options.sub, roles: options.role }, expiresIn);
    if (expiresIn !== undefined && !isSensible(token)) {
      process.stderr.write(
        `--expires-in takes from 1s to 100y, or never; got ${JSON.stringify(expiresIn)}\n`,
      );
      return 2;
    }
    process.stdout.write(`${token}\n`);
    return 0;
  } catch (error) {
    // jose's word for a period that it can't read.
    const badTime = error instanceof TypeError && error.message.includes('time period');
    if (!badTime && !(error instanceof NoSigningKeyError)) throw error;
    process.stderr.write(
      badTime
        ? `--expires-in takes a time such as 15m, 8h or 30d, or never; got ${JSON.stringify(options.expiresIn)}\n`
        : `${error.message}\n`,
    );
    return 2;
  }
}

/** False for a token that is over at once, or whose end is no date that every reader can hold. */
function isSensible(token: string): boolean {
  const { iat = 0, exp = 0 } = decodeJwt(token);
  return exp - iat >= 1 && exp - iat <= LONGEST_S;
}
