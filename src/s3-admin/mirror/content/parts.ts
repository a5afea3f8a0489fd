/**
 * How a multipart upload was cut. Sizes in bytes, in order; written as `16777216x63+1000` in the state file.
 */
export function formatParts(sizes: number[]): string {
  const runs: { size: number; count: number }[] = [];
  for (const size of sizes) {
    const last = runs.at(-1);
    if (last?.size === size) last.count++;
    else runs.push({ size, count: 1 });
  }
  return runs.map(({ size, count }) => (count === 1 ? `${size}` : `${size}x${count}`)).join('+');
}

export function parseParts(text: string): number[] {
  return text.split('+').flatMap((run) => {
    const [size, count] = run.split('x').map(Number) as [number, number | undefined];
    return Array.from({ length: count ?? 1 }, () => size);
  });
}

/** Equal parts and a last one of what is left, or undefined where that does not come to this many parts. */
export function equalParts(total: number, size: number, count: number): number[] | undefined {
  if (count < 1 || size * (count - 1) >= total || size * count < total) return undefined;
  return [...Array.from({ length: count - 1 }, () => size), total - size * (count - 1)];
}

const MIB = 1 << 20;
const COMMON_SIZES = [
  ...[5, 6, 7, 8, 10, 12, 15, 16, 20, 25, 32, 50, 64, 100, 128, 256, 512, 1024].map((n) => n * MIB),
  ...[5, 8, 10, 15, 16, 20, 25, 50, 64, 100, 128].map((n) => n * 1_000_000),
];

/**
 * Layouts to try if the server does not reveal part sizes (it ignores `partNumber`). A layout whose hash matches is the
 * right one: no other content or layout has that hash. If none matches, nothing is known about the content.
 */
export function likelyParts(total: number, count: number): number[][] {
  const smallestWholeMib = Math.ceil(total / count / MIB) * MIB;
  const sizes = new Set([...COMMON_SIZES, smallestWholeMib, Math.ceil(total / count)]);
  return [...sizes].map((size) => equalParts(total, size, count)).filter((parts) => parts !== undefined);
}
