import { type Truth, truth } from './truth.js';

/** True if the text fits a pattern in which `*` is any run of characters and `?` any one. */
export function matchesGlob(pattern: string, text: string): boolean {
  let [p, t, star, retry] = [0, 0, -1, 0];
  // Greedy with one point to go back to: linear for one star, never exponential, whatever the policy.
  while (t < text.length) {
    if (p < pattern.length && pattern[p] === '*') {
      star = p++;
      retry = t;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++retry;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

/** ARNs compare part by part: a `*` does not reach across one of the first five colons. `unknown` for a pattern of fewer parts. */
export function matchesArn(pattern: string, arn: string): Truth {
  const [patterns, parts] = [arnParts(pattern), arnParts(arn)];
  if (patterns.length < 6) return 'unknown';
  return truth(parts.length === 6 && patterns.every((part, index) => matchesGlob(part, parts[index] ?? '')));
}

function arnParts(arn: string): string[] {
  const parts = arn.split(':');
  return parts.length < 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}
