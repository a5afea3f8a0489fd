import { PieceWriter } from './piece-writer.js';

test('where both writes of a piece fail, each is heard of: one that nobody hears ends the process', async () => {
  const write = async (): Promise<void> => {
    await new Promise(setImmediate);
    throw new Error('disk full');
  };
  const writer = new PieceWriter(write, 0, 1 << 20);
  void writer.add(Buffer.alloc(1000));
  await expect(writer.add(Buffer.alloc(300 << 10))).rejects.toThrow('disk full');
  await new Promise(setImmediate);
});
