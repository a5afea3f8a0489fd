import { config } from 'dotenv';

/**
 * Reads `.env.local` (personal, never committed) and then `.env` from the working folder into `process.env`. What the
 * environment already has wins over both.
 */
export function loadEnvFiles(): void {
  config({ path: ['.env.local', '.env'], quiet: true });
}
