// A cursor given out is read back as the key it stands for; any other text is refused, never passed on.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keyOf, pageOf } from '../../../src/contracts/http/cursor.ts';
import { Problem } from '../../../src/contracts/problems.ts';

const instant = fc
  .date({ min: new Date('1000-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true })
  .map((date) => date.toISOString());
const id = fc.maxSafeInteger().map((n) => String(n % 1e15));

test('the next page starts at the key of the last row of this one', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(instant, id), { minLength: 1, maxLength: 9 }), (rows) => {
      const { items, next } = pageOf(
        rows,
        rows.length - 1,
        (row) => row,
        (row) => row,
      );
      expect(items).toEqual(rows.slice(0, -1));
      if (next === null) expect(rows).toHaveLength(1);
      else expect(keyOf({ cursor: next }, 'instant', 'integer')).toEqual(items.at(-1));
    }),
  );
  expect(keyOf({}, 'instant', 'integer')).toBeNull();
});

test('a text that was not given out here is refused', () => {
  const part = fc.oneof(instant, id, fc.string({ unit: 'binary' }), fc.integer());
  const cursor = fc.oneof(
    fc.string(),
    fc.array(part).map((parts) => Buffer.from(JSON.stringify(parts)).toString('base64url')),
  );
  fc.assert(
    fc.property(cursor, (text) => {
      try {
        const [at, key] = keyOf({ cursor: text }, 'instant', 'integer') ?? ['', ''];
        expect(new Date(at).toISOString()).toBe(at);
        expect(key).toMatch(/^-?\d{1,15}$/);
      } catch (error) {
        expect(error).toBeInstanceOf(Problem);
      }
    }),
  );
});

test.each(['2026-06', '2026-13-45T99:99:99Z', '2026-02-30T00:00:00.000Z', '0000-01-01T00:00:00.000Z', '2026-06-01'])(
  'no instant: %s',
  (at) => {
    const cursor = Buffer.from(JSON.stringify([at, '1'])).toString('base64url');
    expect(() => keyOf({ cursor }, 'instant', 'integer')).toThrow(Problem);
  },
);
