/** Streams that the module hashes side by side. */
export const LANES = 8;
/** Where the module looks in its memory: the constants of MD5's 64 steps, each four times, and the lanes' states. */
export const CONSTANTS = 0;
export const STATES = 1_024;

/** Lanes in one vector, and vectors side by side: two keep the processor busy while one waits for its own result. */
const WIDTH = 4;
const VECTORS = LANES / WIDTH;

/** WebAssembly's own names and numbers. */
const TYPE = { i32: 0x7f, v128: 0x7b, function: 0x60, nothing: 0x40 };
const OP = {
  ...{ loop: 0x03, brIf: 0x0d, end: 0x0b, get: 0x20, set: 0x21, tee: 0x22 },
  ...{ i32: 0x41, add: 0x6a, sub: 0x6b },
};
const simd = (code: number, ...operands: number[]): number[] => [0xfd, ...unsigned(code), ...operands];
const V = {
  ...{ shl: simd(0xab), shr: simd(0xad), add: simd(0xae) },
  ...{ not: simd(0x4d), and: simd(0x4e), or: simd(0x50), xor: simd(0x51) },
};

const ROTATIONS = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
];

/** Parameters: a pointer to each lane's bytes, and the number of blocks. Locals after them, by vector. */
const BLOCKS = LANES;
const state = (vector: number, word: number): number => BLOCKS + 1 + vector * 4 + word;
const message = (vector: number, word: number): number => state(VECTORS, 0) + vector * 16 + word;
const spare = (i: number): number => message(VECTORS, 0) + i;
const SPARES = 8;

/**
 * A WebAssembly module with one function, `compress`, which takes the lanes' states on by so many blocks of 64 bytes. It is
 * written here instruction by instruction, because MD5's 64 steps differ in little but their constants.
 */
export function md5Module(): Uint8Array<ArrayBuffer> {
  const locals = [...unsigned(1), ...unsigned(spare(SPARES) - BLOCKS - 1), TYPE.v128];
  const body = [...locals, ...compress(), OP.end];
  return new Uint8Array([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [TYPE.function, ...vector(Array.from({ length: LANES + 1 }, () => [TYPE.i32])), 0]),
    ...section(2, [1, 0x6d, 1, 0x6d, 0x02, 0x00, 1]), // memory m.m, of one page at least
    ...section(3, [0]),
    ...section(7, [...vector([...Buffer.from('compress')].map((byte) => [byte])), 0x00, 0]),
    ...section(10, [...unsigned(body.length), ...body]),
  ]);
}

/** Sections of one entry each. */
function section(id: number, entry: number[]): number[] {
  return [id, ...unsigned(entry.length + 1), 1, ...entry];
}

function vector(items: number[][]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

function compress(): number[] {
  const vectors = Array.from({ length: VECTORS }, (_, i) => i);
  const words = [0, 1, 2, 3];
  const each = (make: (vector: number, word: number) => number[]): number[] =>
    vectors.flatMap((v) => words.flatMap((word) => make(v, word)));
  const at = (v: number, word: number): number => STATES + (word * VECTORS + v) * 16;
  return [
    ...[OP.loop, TYPE.nothing],
    ...each((v, word) => [...load([OP.i32, 0], at(v, word)), OP.set, ...unsigned(state(v, word))]),
    ...each(transpose),
    ...Array.from({ length: 64 }, (_, i) => vectors.flatMap((v) => step(v, i))).flat(),
    ...each((v, word) => [
      ...[OP.i32, 0, ...get(state(v, word)), ...load([OP.i32, 0], at(v, word)), ...V.add],
      ...store(at(v, word)),
    ]),
    ...Array.from({ length: LANES }, (_, i) => [OP.get, i, OP.i32, ...signed(64), OP.add, OP.set, i]).flat(),
    ...[OP.get, BLOCKS, OP.i32, 1, OP.sub, OP.tee, BLOCKS, OP.brIf, 0, OP.end],
  ];
}

/** Sixteen bytes of four lanes become four words of the message, each a vector with a lane's word in each place. */
function transpose(v: number, quarter: number): number[] {
  const rows = Array.from({ length: WIDTH }, (_, lane) => load([OP.get, v * WIDTH + lane], quarter * 16));
  const interleave = (a: number[], b: number[], size: number, from: number): number[] => {
    const places = Array.from({ length: 16 }, (_, i) => {
      const item = Math.floor(i / size);
      return from + Math.floor(item / 2) * size + (i % size) + (item % 2) * 16;
    });
    return [...a, ...b, ...simd(0x0d, ...places)];
  };
  const put = (i: number, value: number[]): number[] => [...value, OP.set, ...unsigned(i)];
  const word = (i: number): number => message(v, quarter * 4 + i);
  const [s, pair] = [spare, (i: number): [number[], number[]] => [get(spare(i)), get(spare(i + 1))]];
  return [
    ...rows.flatMap((row, lane) => put(s(lane), row)),
    ...put(s(4), interleave(...pair(0), 4, 0)),
    ...put(s(5), interleave(...pair(2), 4, 0)),
    ...put(s(6), interleave(...pair(0), 4, 8)),
    ...put(s(7), interleave(...pair(2), 4, 8)),
    ...put(word(0), interleave(...pair(4), 8, 0)),
    ...put(word(1), interleave(...pair(4), 8, 8)),
    ...put(word(2), interleave(...pair(6), 8, 0)),
    ...put(word(3), interleave(...pair(6), 8, 8)),
  ];
}

/** RFC 1321: a = b + ((a + F(b, c, d) + X[k] + T[i]) <<< s), where a, b, c and d change places from step to step. */
function step(v: number, i: number): number[] {
  const round = Math.floor(i / 16);
  const [a, b, c, d] = [0, 1, 2, 3].map((word) => state(v, (word - i + 64) % 4)) as [
    number,
    number,
    number,
    number,
  ];
  const k = [i, 5 * i + 1, 3 * i + 5, 7 * i][round] as number;
  const rotation = ROTATIONS[round]?.[i % 4] as number;
  const f = [
    [...get(c), ...get(d), ...V.xor, ...get(b), ...V.and, ...get(d), ...V.xor],
    [...get(b), ...get(c), ...V.xor, ...get(d), ...V.and, ...get(c), ...V.xor],
    [...get(b), ...get(c), ...V.xor, ...get(d), ...V.xor],
    [...get(d), ...V.not, ...get(b), ...V.or, ...get(c), ...V.xor],
  ][round] as number[];
  return [
    ...[...get(a), ...get(message(v, k % 16)), ...V.add, ...load([OP.i32, 0], CONSTANTS + i * 16), ...V.add],
    ...[...f, ...V.add, OP.tee, ...unsigned(a), OP.i32, rotation, ...V.shl],
    ...[...get(a), OP.i32, 32 - rotation, ...V.shr, ...V.or, ...get(b), ...V.add, OP.set, ...unsigned(a)],
  ];
}

function get(local: number): number[] {
  return [OP.get, ...unsigned(local)];
}

function load(address: number[], offset: number): number[] {
  return [...address, ...simd(0x00, 0, ...unsigned(offset))];
}

/** The address lies below the value. */
function store(offset: number): number[] {
  return simd(0x0b, 0, ...unsigned(offset));
}

/** LEB128. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

/** LEB128 with a sign, of a value that is not negative. */
function signed(value: number): number[] {
  return value < 0x40 ? [value] : [(value & 0x7f) | 0x80, ...signed(value >>> 7)];
}
