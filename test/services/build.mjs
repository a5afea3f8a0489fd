import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { claim } from './claim.mjs';

const STAMP = 'dist/.built';
const LOCK = 'node_modules/.cache/build.lock';

/** Compiles src/ to dist/ unless dist/ is newer; several Jest processes at once build once. */
export function buildIfStale() {
  mkdirSync('node_modules/.cache', { recursive: true });
  while (isStale()) {
    if (claim(LOCK)) {
      try {
        if (isStale()) build();
      } finally {
        rmSync(LOCK, { force: true });
      }
    } else {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  }
}

function build() {
  const begun = Date.now();
  const files = sources();
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
  writeFileSync(STAMP, JSON.stringify({ begun, files }));
}

function isStale() {
  if (!existsSync(STAMP)) return true;
  const { begun, files } = JSON.parse(readFileSync(STAMP, 'utf8'));
  const now = sources();
  return now.join() !== files.join() || now.some((file) => changedAt(file) > begun);
}

function changedAt(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** All that the compiled program comes from. */
function sources() {
  const inSrc = readdirSync('src', { recursive: true })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts') && !file.startsWith('generated'))
    .map((file) => `src/${file}`);
  return [...inSrc.sort(), 'prisma/schema.prisma', '.swcrc', 'package-lock.json'];
}
