import { sep } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LocalFolders } from './backends/local/local-folders.js';
import { FILE_FORMATS, isKey, makeKey, parseKey, type StorageKey } from './storage-key.js';

const formats = fc.constantFrom(...FILE_FORMATS);
const dates = fc.date({
  min: new Date('0000-01-01T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59Z'),
  noInvalidDate: true,
});

describe('storage keys', () => {
  it('are understood again, whatever the date', () => {
    fc.assert(
      fc.property(formats, dates, (format, date) => {
        const key = makeKey(format, date);
        expect(parseKey(key)).toBe(key);
        expect(key).toContain(`/${date.toISOString().slice(0, 4)}/${date.toISOString().slice(5, 7)}/`);
      }),
    );
  });

  it('are never made twice', () => {
    const now = new Date();
    const keys = new Set(Array.from({ length: 10_000 }, () => makeKey('pdf', now)));
    expect(keys.size).toBe(10_000);
  });

  it('stay below the root as paths, each its own', () => {
    const folders = new LocalFolders('/media');
    fc.assert(
      fc.property(formats, dates, (format, date) => {
        const key = makeKey(format, date);
        expect(folders.pathOf(key)).toBe(`${sep}media${sep}${key.split('/').join(sep)}`);
      }),
    );
  });

  it('refuse every other text', () => {
    const letters = '/.pdfimagesn0123456789-\\\0\n ~%A';
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...letters) }),
      fc.webPath(),
    );
    fc.assert(
      fc.property(text, (text) => {
        expect(isKey(text)).toBe(false);
        expect(() => parseKey(text)).toThrow(expect.objectContaining({ code: 'invalid_key' }));
      }),
    );
  });

  it('refuse a key that was changed in one place', () => {
    fc.assert(
      fc.property(formats, dates, fc.nat(60), fc.string({ maxLength: 3 }), (format, date, at, put) => {
        const key = makeKey(format, date);
        const changed = key.slice(0, at) + put + key.slice(at);
        if (isKey(changed)) expect(changed).toBe(key);
      }),
    );
  });

  it.each([
    '',
    '../../etc/passwd',
    '/pdf/2024/05/0f8fad5b-d9cb-469f-a165-70867728950e.pdf',
    'pdf/2024/05/../05/0f8fad5b-d9cb-469f-a165-70867728950e.pdf',
    'pdf//05/0f8fad5b-d9cb-469f-a165-70867728950e.pdf',
    'pdf/2024/13/0f8fad5b-d9cb-469f-a165-70867728950e.pdf',
    'pdf/2024/05/0f8fad5b-d9cb-169f-a165-70867728950e.pdf',
    'pdf/2024/05/0F8FAD5B-D9CB-469F-A165-70867728950E.pdf',
    'pdf/2024/05/0f8fad5b-d9cb-469f-a165-70867728950e.png',
    'images/2024/05/0f8fad5b-d9cb-469f-a165-70867728950e.pdf',
    'pdf/2024/05/0f8fad5b-d9cb-469f-a165-70867728950e.pdf\n',
    'pdf/2024/05/0f8fad5b-d9cb-469f-a165-70867728950e.pdf\0.png',
    'pdf\\2024\\05\\0f8fad5b-d9cb-469f-a165-70867728950e.pdf',
  ])('refuse %j', (text) => {
    expect(() => parseKey(text as StorageKey)).toThrow(expect.objectContaining({ code: 'invalid_key' }));
  });
});
