/** Percent-encodes as Signature Version 4 demands: everything but `A-Z a-z 0-9 - _ . ~`. */
export function uriEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, hex);
}

function hex(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
}

/** A key as a path: its slashes stay. Certificate keys need no encoding at all. */
export function encodePath(key: string): string {
  return /^[\w\-.~/]*$/.test(key) ? key : key.split('/').map(uriEncode).join('/');
}
