import type { ListedObject, ObjectRow } from '../../state/object-row.js';
import { compare } from './compare.js';
import { keyBetween } from './split.js';
import { compareKeys } from '../../state/key-order.js';
import fc from 'fast-check';

const listed = (more: Partial<ListedObject> = {}): ListedObject => ({
  ...{
    key: 'k',
    version: 'null',
    latest: true,
    marker: false,
    size: 3,
    modified: 1,
    etag: 'e',
    storageClass: 'STANDARD',
  },
  ...more,
});
const row = (more: Partial<ObjectRow> = {}): ObjectRow => ({
  ...{
    bucketId: 1,
    key: 'k',
    version: 'null',
    state: 'verified',
    latest: true,
    size: 3,
    modified: 1,
    etag: 'e',
  },
  ...{
    storageClass: 'STANDARD',
    path: null,
    movingFrom: null,
    parts: null,
    checksums: null,
    proof: 'md5',
    sha256: null,
  },
  ...{ encryption: null, error: null, restoreTier: null, restoreRequestedAt: null, fileChanged: null },
  ...{ contentType: null, metadata: null, restoreUntil: null, copiedAt: null, verifiedAt: null },
  ...more,
});
const brief = (rows: ObjectRow[], objects: ListedObject[]) =>
  compare(rows, objects).map((change) =>
    change.kind === 'insert'
      ? ['insert', change.state]
      : change.kind === 'remove'
        ? ['remove']
        : [change.reason, change.set],
  );

test.each<[string, ObjectRow[], ListedObject[], unknown[]]>([
  ['new', [], [listed()], [['insert', 'pending']]],
  ['new in an archive class', [], [listed({ storageClass: 'DEEP_ARCHIVE' })], [['insert', 'archived']]],
  ['new, readable at once', [], [listed({ storageClass: 'GLACIER_IR' })], [['insert', 'pending']]],
  ['a delete marker', [], [listed({ marker: true })], [['insert', 'marker']]],
  ['the same', [row()], [listed()], []],
  [
    'copied, then moved to an archive class',
    [row()],
    [listed({ storageClass: 'GLACIER' })],
    [['class', { storage_class: 'GLACIER' }]],
  ],
  [
    'waiting, then moved to an archive class',
    [row({ state: 'pending' })],
    [listed({ storageClass: 'GLACIER' })],
    [['class', { storage_class: 'GLACIER', state: 'archived' }]],
  ],
  ['gone with a copy', [row()], [], [['gone', { state: 'kept' }]]],
  ['gone without', [row({ state: 'pending', proof: '' })], [], [['remove']]],
  ['gone, with a copy found wrong', [row({ state: 'failed' })], [], [['gone', { state: 'kept' }]]],
  [
    'back with other content',
    [row({ state: 'deleted' })],
    [listed({ etag: 'f', modified: 2 })],
    [
      ['aside', { version: 'null-e-1', latest: 0, moving_from: '' }],
      ['insert', 'pending'],
    ],
  ],
  [
    'copied, and a null delete marker now',
    [row()],
    [listed({ marker: true })],
    [
      ['aside', { version: 'null-e-1', state: 'kept', latest: 0, moving_from: '' }],
      ['insert', 'marker'],
    ],
  ],
  [
    'not copied, and a null delete marker now',
    [row({ state: 'pending', proof: '' })],
    [listed({ marker: true })],
    [['remove'], ['insert', 'marker']],
  ],
  [
    'a null delete marker, and an object again',
    [row({ state: 'marker', proof: '' })],
    [listed()],
    [['remove'], ['insert', 'pending']],
  ],
  ['gone long ago', [row({ state: 'kept' })], [], []],
  [
    'older now',
    [row({ version: '1' })],
    [listed({ version: '1', latest: false }), listed({ version: '2' })],
    [
      ['latest', { latest: 0, moving_from: '' }],
      ['insert', 'pending'],
    ],
  ],
  [
    'gone, and another is current',
    [row({ version: '1' })],
    [listed({ version: '2' })],
    [
      ['insert', 'pending'],
      ['gone', { state: 'kept', latest: 0, moving_from: '' }],
    ],
  ],
])('%s', (_, rows, objects, expected) => {
  expect(brief(rows, objects)).toEqual(expected);
});

test.each([{ etag: 'f' }, { size: 4 }, { modified: 2 }])(
  'changed (%j): to be copied again, nothing stays proved',
  (change) => {
    expect(brief([row()], [listed(change)])).toMatchObject([
      ['changed', { state: 'pending', proof: '', checksums: null, ...change }],
    ]);
  },
);

test('a key between two others is between them', () => {
  const keys = fc.string({ unit: 'binary', minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(keys, keys, (a, b) => {
      const [low, high] = compareKeys(a, b) < 0 ? [a, b] : [b, a];
      const middle = keyBetween(low, high);
      if (middle !== undefined)
        expect([compareKeys(low, middle), compareKeys(middle, high)].map(Math.sign)).toEqual([-1, -1]);
    }),
  );
  expect(keyBetween('pdf/2024/01/a', null)).toBeDefined();
  expect(keyBetween(null, null)).toBeDefined();
});

test('keys are ordered as their UTF-8 bytes', () => {
  const keys = fc.string({ unit: 'binary', maxLength: 6 });
  fc.assert(
    fc.property(keys, keys, (a, b) => {
      expect(Math.sign(compareKeys(a, b))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
    }),
  );
});
