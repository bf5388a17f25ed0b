// Laws of currencies brought into one: exact until rounded once, and however the rows are cut the totals are the same and
// the rows add up to them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convertedParts, PARTS, ratePartsOf, roundRows } from '../../../src/costing/core/conversion.ts';
import { byOrigin, ORIGINS } from '../../../src/costing/core/origins.ts';

const parts = fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n });
const rows = fc.array(fc.record(byOrigin(() => parts)), {
  minLength: 1,
  maxLength: 20,
});
type Rows = typeof rows extends fc.Arbitrary<infer T> ? T : never;
const sumOf = (all: Rows) =>
  Object.fromEntries(ORIGINS.map((origin) => [origin, all.reduce((sum, row) => sum + row[origin], 0n)]));
const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);

describe('conversion', () => {
  it('rounds each amount by less than a minor unit, two for rounding in both directions', () => {
    fc.assert(
      fc.property(rows, (exact) => {
        roundRows(exact).forEach((row, index) => {
          for (const origin of ORIGINS) {
            expect(magnitude(row[origin] * PARTS - (exact[index]?.[origin] ?? 0n)) < 2n * PARTS).toBe(true);
          }
        });
      }),
    );
  });

  it('gives the same totals however the rows are cut', () => {
    fc.assert(
      fc.property(rows, (exact) => {
        const together = sumOf(exact) as Rows[number];
        expect(sumOf(roundRows(exact))).toEqual(roundRows([together])[0]);
      }),
    );
  });

  it('leaves whole amounts as they are', () => {
    fc.assert(
      fc.property(fc.array(fc.record(byOrigin(() => fc.bigInt()))), (whole) => {
        const exact = whole.map((row) => byOrigin((origin) => row[origin] * PARTS));
        expect(roundRows(exact)).toEqual(whole);
      }),
    );
  });

  it('goes the other way by the same rate: what comes out is worth what went in, to the nearest part', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
        fc.bigInt({ min: 1n, max: 10n ** 18n }),
        fc.constantFrom(['CNY', 'JPY'], ['JPY', 'CNY'], ['KWD', 'USD'], ['CNY', 'USD']),
        (minor, rateParts, [from = '', to = '']) => {
          const there = convertedParts(minor, { parts: rateParts, isInverse: true }, from, to);
          const back = convertedParts(there, { parts: rateParts, isInverse: false }, to, from);
          const tolerance = convertedParts(1n, { parts: rateParts, isInverse: false }, to, from);
          expect(2n * magnitude(back - minor * PARTS * PARTS) <= tolerance).toBe(true);
        },
      ),
    );
  });

  it('keeps to the digits of both currencies', () => {
    const into = (minor: bigint, rate: string, from: string, to: string) =>
      convertedParts(minor, { parts: ratePartsOf(rate) ?? 0n, isInverse: false }, from, to);
    // 1,000 JPY at 0.0488 CNY are 48.80 CNY; 10.000 KWD at 23.5 are 235.00; 1.00 CNY at 20.5 JPY are 20.5 JPY.
    expect(into(1000n, '0.0488', 'JPY', 'CNY')).toBe(4880n * PARTS);
    expect(into(10_000n, '23.5', 'KWD', 'CNY')).toBe(23_500n * PARTS);
    expect(into(100n, '20.5', 'CNY', 'JPY')).toBe((205n * PARTS) / 10n);
    expect([ratePartsOf('0'), ratePartsOf('-1'), ratePartsOf('1.1234567890123'), ratePartsOf('x')]).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });
});
