import { createHash } from 'node:crypto';

export const STYLE = 'body{font-family:sans-serif}';

/** Lets the browser apply this very style sheet and no other. */
export const STYLE_HASH = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;
