import { CONSTANTS, LANES, md5Module, STATES } from './md5-module.js';

export { LANES };

/** Bytes of a lane that are read at once, a multiple of MD5's blocks; behind them is room for what it appends. */
const WINDOW = 128 << 10;
const STRIDE = WINDOW + 128;
const BLOCK = 64;
const WINDOWS_AT = 4_096;
const INITIAL_STATE = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];

/** TypeScript knows it with the browser's library only. */
declare const WebAssembly: {
  Memory: new (size: { initial: number }) => { buffer: ArrayBuffer };
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { exports: Record<string, unknown> };
};

/** Fills the buffer with a stream's bytes from this position on. */
export type ReadStream = (stream: number, into: Buffer, position: number) => void;

/**
 * MD5 of up to eight streams at once, in the lanes of the processor's vector unit. A single MD5 spends its time waiting for
 * its own last step; the parts of a multipart upload are hashed one by one, so there are always others to go on with (`npm run bench:md5`).
 */
export class Md5Lanes {
  private readonly memory = new WebAssembly.Memory({
    initial: Math.ceil((WINDOWS_AT + LANES * STRIDE) / 65_536),
  });
  private readonly bytes = Buffer.from(this.memory.buffer);
  /** By word, then by lane. */
  private readonly states = new Uint32Array(this.memory.buffer, STATES, INITIAL_STATE.length * LANES);
  private readonly compress: (...pointersAndBlocks: number[]) => void;

  constructor() {
    const constants = new Uint32Array(this.memory.buffer, CONSTANTS, 64 * 4);
    for (let i = 0; i < 64; i++)
      constants.fill(Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32), i * 4, i * 4 + 4);
    const module = new WebAssembly.Module(md5Module());
    const { exports } = new WebAssembly.Instance(module, { m: { m: this.memory } });
    this.compress = exports.compress as typeof this.compress;
  }

  /** @param lengths of the streams, eight at most @returns their digests */
  hash(lengths: number[], read: ReadStream): Buffer[] {
    INITIAL_STATE.forEach((value, word) => this.states.fill(value, word * LANES, (word + 1) * LANES));
    const longest = Math.max(...lengths);
    // The last round, which may be empty, is the one that ends with what MD5 appends.
    for (let position = 0; position <= longest; position += WINDOW) {
      this.advance(
        lengths.map((length, lane) => (length < position ? 0 : this.fill(lane, position, length, read))),
      );
    }
    return lengths.map((_, lane) => this.digestOf(lane));
  }

  /** @returns the blocks that are ready in the lane's window */
  private fill(lane: number, position: number, length: number, read: ReadStream): number {
    const start = WINDOWS_AT + lane * STRIDE;
    const window = this.bytes.subarray(start, start + STRIDE);
    const size = Math.min(WINDOW, length - position);
    if (size > 0) read(lane, window.subarray(0, size), position);
    if (size === WINDOW) return size / BLOCK;
    const end = Math.ceil((size + 9) / BLOCK) * BLOCK;
    window.fill(0, size, end);
    window[size] = 0x80;
    window.writeBigUInt64LE(BigInt(length) * 8n, end - 8);
    return end / BLOCK;
  }

  /** Hashes so many blocks of each lane; those with fewer than others keep their state meanwhile. */
  private advance(blocks: number[]): void {
    let done = 0;
    for (const until of [...new Set(blocks)].sort((a, b) => a - b)) {
      if (until === done) continue;
      const before = this.states.slice();
      const pointers = Array.from({ length: LANES }, (_, lane) => WINDOWS_AT + lane * STRIDE + done * BLOCK);
      this.compress(...pointers, until - done);
      for (let i = 0; i < before.length; i++) {
        if ((blocks[i % LANES] ?? 0) < until) this.states[i] = before[i] as number;
      }
      done = until;
    }
  }

  private digestOf(lane: number): Buffer {
    const digest = Buffer.alloc(16);
    for (let word = 0; word < 4; word++)
      digest.writeUInt32LE(this.states[word * LANES + lane] as number, word * 4);
    return digest;
  }
}
