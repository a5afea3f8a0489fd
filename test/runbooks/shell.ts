import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../services/index.js';

export interface Commands {
  /** Words of each command, as bash would hand them to the program. */
  run: string[][];
  /** What bash has to say against the snippets: syntax, unset variables. */
  complaints: string[];
}

/**
 * No program is found on this path, so bash itself reads the snippets (quotes, pipes, redirections, variables) and tells
 * what it would have run. Every command succeeds and prints something, so that `&&` goes on and `NAME=$(...)` is set.
 */
const RECORDER = `
PATH=/nonexistent
note() { printf '%s\\0' "$@" $'\\x1e' >> "$RECORD"; echo something; }
command_not_found_handle() { note "$@"; }
cd() { note cd "$@"; }
set -u
for snippet in "$@"; do eval "$snippet"; done
`;

/** Reads the snippets as one session of a shell, without running any program. */
export function readByBash(snippets: string[]): Commands {
  // Redirections write here, also those that go up a few folders.
  const folder = join(temporaryFolder('shell'), 'a/b/c/d');
  mkdirSync(folder, { recursive: true });
  const record = join(folder, 'record');
  const { error, stderr } = spawnSync('bash', ['--norc', '-c', RECORDER, 'bash', ...snippets], {
    cwd: folder,
    env: { RECORD: record },
    encoding: 'utf8',
  });
  if (error) throw error;
  const words = existsSync(record) ? readFileSync(record, 'utf8') : '';
  return {
    run: words
      .split('\x1e\0')
      .filter(Boolean)
      .map((command) => command.slice(0, -1).split('\0')),
    complaints: stderr.split('\n').filter(Boolean),
  };
}
