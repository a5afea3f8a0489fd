/** How many files are read back of so many: 1 %, at least 10, at most 1000. */
export function defaultSample(files: number): number {
  return Math.min(1000, Math.max(10, Math.ceil(files / 100)));
}

/**
 * Picks `wanted` of `of`, each with the same chance, while they pass by (Knuth, TAOCP 2, 3.4.2, algorithm S).
 * @returns to be asked once for each that passes
 */
export function sampler(wanted: number, of: number, random: () => number = Math.random): () => boolean {
  let left = of;
  let needed = wanted;
  return () => {
    const pick = random() * left < needed;
    left = Math.max(1, left - 1);
    if (pick) needed -= 1;
    return pick;
  };
}
