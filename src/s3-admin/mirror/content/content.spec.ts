import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ContentFacts, comparisons } from './comparisons.js';
import { type Algorithm, createDigest } from './digest.js';
import { Hasher } from './hasher.js';
import { equalParts, formatParts, likelyParts, parseParts } from './parts.js';
import { proveObject } from './prove-object.js';

const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest();
const multipartEtag = (parts: Buffer[]) =>
  `${md5(Buffer.concat(parts.map(md5))).toString('hex')}-${parts.length}`;
const facts = (more: Partial<ContentFacts>): ContentFacts => ({
  size: 9,
  etag: '',
  encryption: undefined,
  checksums: {},
  ...more,
});

describe('digests', () => {
  // Check values of the CRC catalogue; of RFC 1321 and FIPS 180 for the others.
  test.each<[Algorithm, string]>([
    ['crc32', 'cbf43926'],
    ['crc32c', 'e3069283'],
    ['crc64nvme', 'ae8b14860a799888'],
    ['md5', '25f9e794323b453885f5181f1b624d0b'],
    ['sha1', 'f7c3bc1d808e04732adf679965ccc34ca7ae3441'],
    ['sha256', '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225'],
  ])('%s of 123456789', async (algorithm, expected) => {
    const digest = createDigest(algorithm);
    for (const piece of ['1234', '', '56789']) digest.update(Buffer.from(piece));
    expect((await digest.digest()).toString('hex')).toBe(expected);
  });
});

describe('what S3 gives to compare', () => {
  const etag = 'd41d8cd98f00b204e9800998ecf8427e';
  test.each<[string, Partial<ContentFacts>, string[]]>([
    ['an MD5 ETag', { etag }, ['md5']],
    ['a multipart ETag', { etag: `${etag}-3` }, ['md5-parts']],
    ['SSE-S3', { etag, encryption: 'AES256' }, ['md5']],
    ['SSE-KMS: the ETag is no MD5', { etag, encryption: 'aws:kms' }, []],
    ['SSE-KMS of two layers', { etag, encryption: 'aws:kms:dsse' }, []],
    ['SSE-C', { etag, encryption: 'SSE-C' }, []],
    [
      'SSE-KMS with a checksum',
      { etag, encryption: 'aws:kms', checksums: { crc64nvme: 'AAAAAAAAAAA=' } },
      ['crc64nvme'],
    ],
    [
      'the stronger first',
      { etag, checksums: { crc32: 'AAAAAA==', sha256: 'AAAA' } },
      ['sha256', 'md5', 'crc32'],
    ],
    [
      'the whole before the parts',
      { etag: `${etag}-2`, checksums: { crc32: 'AAAAAA==', sha1: 'AAAA-2' } },
      ['crc32', 'md5-parts', 'sha1-parts'],
    ],
    ['an ETag of another making', { etag: 'abc' }, []],
  ])('%s', (_, given, expected) => {
    expect(comparisons(facts(given)).map(({ proof }) => proof)).toEqual(expected);
  });
});

describe('part layouts', () => {
  test.each([[[5]], [[8, 8, 8, 3]], [[6, 5, 2]], [[5, 5, 7, 7, 1]]])(
    '%j survives the state file',
    (sizes) => {
      expect(parseParts(formatParts(sizes))).toEqual(sizes);
    },
  );

  test('equal parts come to the number of parts, or are none', () => {
    expect(equalParts(25, 10, 3)).toEqual([10, 10, 5]);
    expect(equalParts(30, 10, 3)).toEqual([10, 10, 10]);
    expect(equalParts(30, 10, 4)).toBeUndefined();
    expect(equalParts(31, 10, 3)).toBeUndefined();
    for (const parts of likelyParts(100_000_000, 12)) expect(parts).toHaveLength(12);
  });
});

describe('comparing a file with S3', () => {
  const MIB = 1 << 20;
  const folder = mkdtempSync(join(tmpdir(), 'prove-'));
  const file = join(folder, 'file');
  const hasher = new Hasher();
  afterAll(() => rmSync(folder, { recursive: true }));

  const prove = async (parts: Buffer[], told: number[] | undefined, damage = false) => {
    const bytes = Buffer.concat(parts);
    const facts: ContentFacts = {
      size: bytes.length,
      etag: multipartEtag(parts),
      encryption: undefined,
      checksums: {},
    };
    if (damage) bytes.writeUInt8(bytes.readUInt8(7) ^ 1, 7);
    writeFileSync(file, bytes);
    let asked = 0;
    const ask = async (part: number) => {
      asked++;
      return told?.[part - 1];
    };
    const proof = await proveObject({ file, size: bytes.length }, facts, { known: undefined, ask }, hasher);
    return { ...proof, asked };
  };
  const equal = [randomBytes(5 * MIB), randomBytes(5 * MIB), randomBytes(99)];
  const unequal = [randomBytes(5 * MIB + 1), randomBytes(5 * MIB), randomBytes(6 * MIB)];

  test('the first part’s size is read, and shows the rest where parts are equal', async () => {
    expect(await prove(equal, [5 * MIB, 5 * MIB, 99])).toMatchObject({
      outcome: 'same',
      proof: 'md5-parts',
      asked: 1,
    });
  });
  test('parts of unequal sizes are asked for one by one', async () => {
    expect(
      await prove(
        unequal,
        unequal.map(({ length }) => length),
      ),
    ).toMatchObject({ outcome: 'same', asked: 3 });
  });
  test('one flipped byte is a difference, however the parts lie', async () => {
    expect((await prove(equal, [5 * MIB, 5 * MIB, 99], true)).outcome).toBe('different');
    expect(
      (
        await prove(
          unequal,
          unequal.map(({ length }) => length),
          true,
        )
      ).outcome,
    ).toBe('different');
  });
  test('where the server tells no part sizes, a common layout that matches is proof, and none that does is no evidence', async () => {
    expect((await prove(equal, undefined)).outcome).toBe('same');
    expect((await prove(equal, undefined, true)).outcome).toBe('unknown');
    expect((await prove(unequal, undefined)).outcome).toBe('unknown');
  });
});
