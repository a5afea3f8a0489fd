/**
 * How an object's key becomes a path below its bucket's folder, and back. `docs/s3-admin.md` words the same rules for people.
 *
 * A key is cut at its slashes, each piece is one name on disk, and nearly every piece stands as it is. `^` never stands for
 * itself (it is written `^5E`), so that whatever follows one is ours and no two keys can share a path:
 *
 *   ^XX   one byte of the key's UTF-8, in upper-case hex: control characters, `^`, the dots of `.` and `..`
 *   ^_    nothing: the name of an empty piece (`/a`, `a//b`, and `a/` where that object has content)
 *   ^+    at the end of a name: the piece goes on in the next folder level, because it is longer than a name may be
 *   ^f    at the end: the object whose key is also a folder of other keys (`a` beside `a/b`)
 *   ^v…   at the end: a version that is not the current one, with its version id
 */
export interface NameRules {
  /** Also escape what Windows and case-blind disks can't hold: `<>:"\|?*`, a final dot or space, device names. */
  portable: boolean;
  /**
   * Escape every letter too, for a key whose plain path differs from another's in letter case or Unicode form alone. No
   * other escape yields letters, so a spelled-out path meets no plain one on a case-blind disk, and no other spelled-out one.
   */
  spelledOut?: boolean;
}

export interface ObjectName {
  key: string;
  /** Set for a version that is not the current one. */
  version?: string | undefined;
  /** Set where other keys begin with this key and a slash. */
  besideFolder?: boolean | undefined;
}

/** Longest name that common file systems take, in bytes. */
const MAX_NAME_BYTES = 255;

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what has to be found
const RESERVED = /[\x00-\x1f\x7f^]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what has to be found
const RESERVED_PORTABLE = /[\x00-\x1f\x7f^<>:"\\|?*]/;
const LETTERS = /[^0-9 !#$%&'()+,.;=@[\]_`{}~-]/;
const WINDOWS_DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(\.|$)/i;

/** @returns a path relative to the bucket's folder, with `/` between names; never absolute, never through `.` or `..` */
export function pathOfObject({ key, version, besideFolder }: ObjectName, rules: NameRules): string {
  const pieces = key.split('/');
  const last = pieces.length - 1;
  let path = '';
  for (let i = 0; i <= last; i++) {
    const piece = pieces[i] as string;
    const suffix = i < last ? [] : suffixOf(version, besideFolder, rules);
    path += (i === 0 ? '' : '/') + namesOfPiece(piece, suffix, rules);
  }
  return path;
}

function suffixOf(
  version: string | undefined,
  besideFolder: boolean | undefined,
  rules: NameRules,
): string[] {
  if (version !== undefined) return ['^v', ...Array.from(version, (char) => escapeChar(char, rules, true))];
  return besideFolder ? ['^f'] : [];
}

/** One piece of a key as one name, or as several where it is too long for one. */
function namesOfPiece(piece: string, suffix: string[], rules: NameRules): string {
  const reserved = charactersToEscape(rules);
  if (suffix.length === 0 && piece.length <= MAX_NAME_BYTES / 3 && !reserved.test(piece)) {
    return guardWholeName(piece, rules);
  }
  const tokens = [...Array.from(piece, (char) => escapeChar(char, rules)), ...suffix];
  return chunksOf(tokens)
    .map((chunk) => guardWholeName(chunk, rules))
    .join('/');
}

/** Joins tokens to names of at most 255 bytes, never cutting a token, with room for a guard's escapes and the `^+`. */
function chunksOf(tokens: string[]): string[] {
  const total = tokens.reduce((sum, token) => sum + Buffer.byteLength(token), 0);
  if (total <= MAX_NAME_BYTES - 4) return [tokens.join('')];
  const chunks: string[] = [];
  let chunk = '';
  let bytes = 0;
  for (const token of tokens) {
    const length = Buffer.byteLength(token);
    if (bytes + length > MAX_NAME_BYTES - 8) {
      chunks.push(`${chunk}^+`);
      chunk = '';
      bytes = 0;
    }
    chunk += token;
    bytes += length;
  }
  return [...chunks, chunk];
}

/** What no single character betrays: names that mean something as a whole. */
function guardWholeName(name: string, rules: NameRules): string {
  if (name === '') return '^_';
  if (name === '.' || name === '..') return name.replaceAll('.', '^2E');
  if (!rules.portable) return name;
  let guarded = WINDOWS_DEVICE.test(name) ? hex(name[0] as string) + name.slice(1) : name;
  if (/[. ]$/.test(guarded)) guarded = guarded.slice(0, -1) + hex(guarded.slice(-1));
  return guarded;
}

function escapeChar(char: string, rules: NameRules, inVersion = false): string {
  return charactersToEscape(rules).test(char) || (inVersion && char === '/') ? hex(char) : char;
}

function charactersToEscape(rules: NameRules): RegExp {
  return rules.spelledOut ? LETTERS : rules.portable ? RESERVED_PORTABLE : RESERVED;
}

function hex(char: string): string {
  return Array.from(Buffer.from(char), (byte) => `^${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(
    '',
  );
}

/** @returns undefined for a path that no key has: something else lies there */
export function objectOfPath(path: string): ObjectName | undefined {
  const bytes: Buffer[] = [];
  let version: Buffer[] | undefined;
  let besideFolder = false;
  let joined = true;
  for (const name of path.split('/')) {
    if (name === '' || (version !== undefined && joined === false)) return undefined;
    if (!joined) bytes.push(Buffer.from('/'));
    joined = false;
    for (const [token] of name.matchAll(/\^(?:[0-9A-F]{2}|.)|[^^]+|\^/gsu)) {
      const into: Buffer[] = version ?? bytes;
      if (!token.startsWith('^')) into.push(Buffer.from(token));
      else if (token.length === 3) into.push(Buffer.from(token.slice(1), 'hex'));
      else if (token === '^+') joined = true;
      else if (token === '^f') besideFolder = true;
      else if (token === '^v') version = [];
      else if (token !== '^_') return undefined;
    }
  }
  const key = Buffer.concat(bytes).toString();
  return version ? { key, version: Buffer.concat(version).toString() } : { key, besideFolder };
}
