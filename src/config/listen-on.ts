import { ConfigError } from './config.error.js';

/**
 * Listens on the port that a variable names.
 * @throws ConfigError naming the variable where another process has the port; else what listening threw
 */
export async function listenOn<T>(name: string, port: number, listen: () => Promise<T>): Promise<T> {
  try {
    return await listen();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new ConfigError([{ name, got: String(port), takes: 'a port that no other process has' }]);
  }
}
