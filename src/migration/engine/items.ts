import type { Item } from './task.js';

/**
 * A task's items by pages, each requested while the one before is worked on. Pages go by key, never by offset: what is
 * done drops out of the selection, and an offset would then skip as many.
 */
export async function* itemsOf<I extends Item>(
  task: { page(after: string, limit: number): Promise<I[]> },
  options: { batchSize: number; limit?: number | undefined; after?: string },
): AsyncGenerator<I, void> {
  let left = options.limit ?? Infinity;
  let next = ask(options.after ?? '');
  for (;;) {
    const page = await next;
    const last = page.at(-1);
    if (!last) return;
    left -= page.length;
    const wanted = Math.min(options.batchSize, left);
    if (wanted > 0) next = ask(last.key);
    yield* page;
    if (wanted <= 0) return;
  }

  function ask(after: string): Promise<I[]> {
    const page = task.page(after, Math.min(options.batchSize, left));
    page.catch(() => undefined); // reported when its turn comes, if it comes
    return page;
  }
}
