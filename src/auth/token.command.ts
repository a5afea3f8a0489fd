import type { Config } from '../config/config.js';
import { NoSigningKeyError, signToken } from './sign-token.js';

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
