/**
 * Runs `work` on every item, at most `limit` at a time, and returns the results in the items' order. An item's error ends
 * the whole, so `work` turns what may fail into a result. Stops taking items once the signal aborts; their results are
 * left out.
 */
export async function concurrently<Item, Result>(
  items: Item[],
  limit: number,
  signal: AbortSignal,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results = new Map<number, Result>();
  let next = 0;
  const worker = async () => {
    while (next < items.length && !signal.aborted) {
      const index = next++;
      results.set(index, await work(items[index] as Item));
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return [...results.keys()].sort((a, b) => a - b).map((index) => results.get(index) as Result);
}
