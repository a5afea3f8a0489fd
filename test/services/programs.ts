import { findProgram, requirePrograms } from './packages.js';

/** Path of a Chromium for browser tests; installs it where it is missing and this user may. */
export async function chromiumPath(): Promise<string> {
  const found = ['chromium', 'google-chrome', 'chromium-browser'].map(findProgram).find(Boolean);
  return found ?? (await requirePrograms(['chromium'], ['chromium'])).chromium;
}
