import fc from 'fast-check';
import { objectOfPath, pathOfObject } from './escape.js';

const NATIVE = { portable: false };
const PORTABLE = { portable: true };

describe('pathOfObject', () => {
  it.each([
    'pdf/2024/05/0b0e.pdf',
    'a b/ü/日本語/😀.txt',
    '100%.txt',
    'dt=2024-01-01 00%3A00%3A00/part-0.parquet',
    '.hidden',
    '...',
    '~$doc.docx',
    'a+b&c=d#e?f',
    'x'.repeat(251),
  ])('leaves an ordinary key as it is: %j', (key) => {
    expect(pathOfObject({ key }, NATIVE)).toBe(key);
  });

  it.each([
    ['../../x', '^2E^2E/^2E^2E/x'],
    ['/x', '^_/x'],
    ['/../x', '^_/^2E^2E/x'],
    ['a//b', 'a/^_/b'],
    ['a/', 'a/^_'],
    ['/', '^_/^_'],
    ['.', '^2E'],
    ['a/./b', 'a/^2E/b'],
    ['a\0b', 'a^00b'],
    ['a\nb\r\x7f', 'a^0Ab^0D^7F'],
    ['^', '^5E'],
    ['a^_', 'a^5E_'],
    ['a^+/b', 'a^5E+/b'],
  ])('escapes %j as %s', (key, path) => {
    expect(pathOfObject({ key }, NATIVE)).toBe(path);
  });

  it.each([
    ['CON', '^43ON'],
    ['x/nul.txt', 'x/^6Eul.txt'],
    ['com1', '^63om1'],
    ['12:30', '12^3A30'],
    ['a\\b', 'a^5Cb'],
    ['end.', 'end^2E'],
    ['end ', 'end^20'],
    ['console', 'console'],
  ])('where the disk may be Windows, escapes %j as %s', (key, path) => {
    expect(pathOfObject({ key }, PORTABLE)).toBe(path);
    expect(objectOfPath(path)?.key).toBe(key);
  });

  it('names a version that is not the current one, and an object beside its folder', () => {
    expect(pathOfObject({ key: 'a/b', version: '3/x.Y' }, NATIVE)).toBe('a/b^v3^2Fx.Y');
    expect(pathOfObject({ key: 'a', besideFolder: true }, NATIVE)).toBe('a^f');
    expect(objectOfPath('a/b^v3^2Fx.Y')).toEqual({ key: 'a/b', version: '3/x.Y' });
    expect(objectOfPath('a^f')).toEqual({ key: 'a', besideFolder: true });
  });

  it('cuts a name longer than 255 bytes, never through a character', () => {
    const path = pathOfObject({ key: `d/${'é'.repeat(500)}..` }, NATIVE);
    for (const name of path.split('/')) expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
    expect(path).not.toContain('\ufffd');
    expect(objectOfPath(path)?.key).toBe(`d/${'é'.repeat(500)}..`);
  });

  const hostile = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }),
    fc
      .array(
        fc.constantFrom(
          '/',
          '.',
          '..',
          '^',
          '^5E',
          '^+',
          '^_',
          '^f',
          '^v',
          '\0',
          '\n',
          'A',
          'a',
          'é',
          ' ',
          'CON',
          'x'.repeat(120),
        ),
        {
          minLength: 1,
          maxLength: 12,
        },
      )
      .map((parts) => parts.join('')),
  );
  const name = fc.record({
    key: hostile,
    version: fc.option(fc.constantFrom('null', '3sL4kqtJlcpXroDTDmJ+rmSpXd3dIbrHY', 'a/b^..', ''), {
      nil: undefined,
    }),
    besideFolder: fc.boolean(),
  });

  it.each([NATIVE, PORTABLE])('is reversible and stays in its folder (%j)', (rules) => {
    fc.assert(
      fc.property(name, (given) => {
        const path = pathOfObject(given, rules);
        const back = objectOfPath(path);
        expect(back?.key).toBe(given.key);
        expect(back?.version).toBe(given.version);
        if (given.version === undefined) expect(back?.besideFolder).toBe(given.besideFolder);
        for (const part of path.split('/')) {
          expect(['', '.', '..']).not.toContain(part);
          expect(Buffer.byteLength(part)).toBeLessThanOrEqual(255);
          expect(part).not.toContain('\0');
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('spells out letters, so that nothing is left for a case-blind disk to confuse', () => {
    const alphabet = fc.constantFrom('a', 'A', 'é', 'É', 'e\u0301', 'ß', 'ſ', 'K', '\u212a', '1', '/');
    fc.assert(
      fc.property(fc.string({ unit: alphabet, minLength: 1 }), (key) => {
        const path = pathOfObject({ key }, { portable: true, spelledOut: true });
        expect(path).toMatch(/^(\^[0-9A-F_]{1,2}|[1/]|\^\+)*$/);
        expect(objectOfPath(path)?.key).toBe(key);
      }),
    );
  });

  it('does not take a foreign file for an object', () => {
    expect(objectOfPath('a^')).toBeUndefined();
    expect(objectOfPath('a^zz')).toBeUndefined();
    expect(objectOfPath('a^v1/b')).toBeUndefined();
  });
});
