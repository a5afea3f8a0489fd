import fc from 'fast-check';
import { decodeCursor, encodeCursor } from './list-cursor.js';

describe('list cursor', () => {
  it('comes back as it went', () => {
    fc.assert(
      fc.property(
        fc.date({ noInvalidDate: true, min: new Date('2000-01-01'), max: new Date('2999-12-31') }),
        fc.uuid({ version: 4 }),
        (generatedAt, id) => {
          expect(decodeCursor(encodeCursor({ generatedAt, id }))).toEqual({ generatedAt, id });
        },
      ),
    );
  });

  it.each([
    '',
    'x',
    'eyJhIjoxfQ',
    Buffer.from('["2024-01-01T00:00:00Z"]').toString('base64url'),
    Buffer.from('["0000-01-01T00:00:00Z","3f1c5f0e-6a8b-4f0e-9a57-0d2a6f2f7c11"]').toString('base64url'),
  ])('refuses %j, which it did not make, by code', (cursor) => {
    expect(() => decodeCursor(cursor)).toThrow(
      expect.objectContaining({ status: 422, code: 'invalid_cursor' }),
    );
  });
});
