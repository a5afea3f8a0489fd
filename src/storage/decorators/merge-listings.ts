import type { ObjectInfo } from '../storage-backend.js';

/** Two listings in byte order of the key as one; a key in both is listed as `first` lists it. */
export async function* mergeListings(
  first: AsyncIterable<ObjectInfo>,
  second: AsyncIterable<ObjectInfo>,
): AsyncGenerator<ObjectInfo, void> {
  const [left, right] = [first[Symbol.asyncIterator](), second[Symbol.asyncIterator]()];
  try {
    let [a, b] = await Promise.all([left.next(), right.next()]);
    while (!a.done || !b.done) {
      const takeLeft = !a.done && (b.done || a.value.key <= b.value.key);
      const takeRight = !b.done && (a.done || b.value.key <= a.value.key);
      yield takeLeft ? (a.value as ObjectInfo) : (b.value as ObjectInfo);
      [a, b] = await Promise.all([takeLeft ? left.next() : a, takeRight ? right.next() : b]);
    }
  } finally {
    await Promise.all([left.return?.(), right.return?.()]);
  }
}
