import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { config } from 'dotenv';

/**
 * Reads `.env.local` (personal, never committed) and then `.env` from the working folder into `process.env`. What the
 * environment already has wins over both.
 */
export function loadEnvFiles(): void {
  for (const file of ['.env.local', '.env']) {
    if (existsSync(resolve(file))) config({ path: resolve(file), quiet: true });
  }
}
