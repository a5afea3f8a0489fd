import { ConfigError, type ConfigProblem } from './config.error.js';

interface Address {
  host: string;
  port: number;
}

/**
 * Listens on HOST, on the port that a variable names.
 * @throws ConfigError naming the variable where this machine does not have that address, or another process that port;
 * else what listening threw
 */
export async function listenOn<T>(
  name: string,
  address: Address,
  listen: (address: Address) => Promise<T>,
): Promise<T> {
  try {
    return await listen(address);
  } catch (error) {
    const problem = problemOf((error as NodeJS.ErrnoException).code, name, address);
    throw problem ? new ConfigError([problem]) : error;
  }
}

function problemOf(
  code: string | undefined,
  name: string,
  { host, port }: Address,
): ConfigProblem | undefined {
  switch (code) {
    case 'EADDRINUSE':
      return { name, got: String(port), takes: 'a port that no other process has' };
    case 'EACCES':
      return { name, got: String(port), takes: 'a port that this user may open, such as one from 1024' };
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return { name: 'HOST', got: host, takes: 'an address of this machine, such as 127.0.0.1 or 0.0.0.0' };
    default:
      return undefined;
  }
}
