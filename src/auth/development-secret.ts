import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';

const FILE = 'development-jwt-secret';
const LEAST_CHARACTERS = 32;

/**
 * The secret that signs tokens in development, made on first use and kept in the data folder (mode 0600) so that tokens
 * outlive a restart. Several processes at once agree on one: it is written aside, then linked into place, and only the
 * first link succeeds.
 */
export async function developmentSecret(dataDir: string): Promise<{ secret: string; path: string }> {
  const path = join(dataDir, FILE);
  const existing = await read(path);
  if (existing !== undefined) return { secret: existing, path };

  await mkdir(dataDir, { recursive: true });
  const aside = join(dataDir, `.${FILE}.${randomUUID()}`);
  const file = await open(aside, 'wx', 0o600);
  try {
    await file.writeFile(`${randomBytes(32).toString('base64url')}\n`);
    await file.sync();
    await link(aside, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await file.close();
    await unlink(aside);
  }
  const secret = await read(path);
  if (secret === undefined) throw new Error(`${path} vanished while it was being read`);
  return { secret, path };
}

async function read(path: string): Promise<string | undefined> {
  let secret: string;
  try {
    secret = (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  if (secret.length < LEAST_CHARACTERS) {
    throw new Error(
      `${path} has fewer than ${LEAST_CHARACTERS} characters; delete it, and a new one is generated`,
    );
  }
  return secret;
}
