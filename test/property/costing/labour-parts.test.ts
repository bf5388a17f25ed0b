import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scaleMinor } from '../../../src/contracts/money.ts';
import { DAY_MS, HOUR_MS, periodOf } from '../../../src/contracts/time.ts';
import { labourParts, type RateFrom } from '../../../src/costing/core/labour-parts.ts';

const MINUTE_MS = 60_000;
const at = (iso: string): number => Date.parse(iso);
const MIDNIGHT = at('2026-09-01T00:00:00Z');

/** Spans around the end of August of up to a day, and rates that change within the days around it. */
const span = fc
  .tuple(fc.integer({ min: -DAY_MS, max: DAY_MS }), fc.integer({ min: 1, max: DAY_MS }))
  .map(([from, length]) => ({ fromMs: MIDNIGHT + from, toMs: MIDNIGHT + from + length }));
const rates = (currencies: readonly string[]) =>
  fc
    .array(
      fc.record({
        fromMs: fc.oneof(fc.constant(MIDNIGHT), fc.integer({ min: MIDNIGHT - DAY_MS, max: MIDNIGHT + 2 * DAY_MS })),
        amountMinor: fc.bigInt({ min: 0n, max: 100_000n }),
        currency: fc.constantFrom(...currencies),
      }),
      { maxLength: 4 },
    )
    .map((later): RateFrom[] => [
      { fromMs: MIDNIGHT - 2 * DAY_MS, amountMinor: 30_000n, currency: 'CNY' },
      ...later.sort((a, b) => a.fromMs - b.fromMs),
    ]);
const inForce = (list: readonly RateFrom[], atMs: number): RateFrom =>
  list.findLast(({ fromMs }) => fromMs <= atMs) as RateFrom;

describe('a labour span in parts', () => {
  it('is whole: parts follow each other and last and cost together exactly what the span does', () => {
    fc.assert(
      fc.property(span, rates(['CNY', 'EUR']), ({ fromMs, toMs }, list) => {
        const parts = labourParts(fromMs, toMs, list);
        expect(parts.map((part) => part.fromMs)).toEqual([fromMs, ...parts.slice(0, -1).map((part) => part.toMs)]);
        expect(parts.at(-1)?.toMs).toBe(toMs);
        const milli = parts.reduce((sum, part) => sum + part.quantityMilli, 0n);
        expect(milli).toBe(scaleMinor(BigInt(toMs - fromMs), 1000n, BigInt(HOUR_MS)));
        for (const currency of ['CNY', 'EUR']) {
          const mine = parts.filter((part) => part.currency === currency);
          const exact = mine.reduce(
            (sum, part) => sum + inForce(list, part.fromMs).amountMinor * BigInt(part.toMs - part.fromMs),
            0n,
          );
          const minor = mine.reduce((sum, part) => sum + part.amountMinor, 0n);
          expect(minor).toBe(scaleMinor(exact, 1n, BigInt(HOUR_MS)));
        }
      }),
    );
  });

  it('no part goes over a change of rate or the end of a month, and none is cut without need', () => {
    fc.assert(
      fc.property(span, rates(['CNY']), ({ fromMs, toMs }, list) => {
        const parts = labourParts(fromMs, toMs, list);
        for (const part of parts) {
          expect(periodOf(part.fromMs)).toBe(periodOf(part.toMs - 1));
          for (const rate of list.filter((each) => each.fromMs > part.fromMs && each.fromMs < part.toMs))
            expect(inForce(list, rate.fromMs - 1).amountMinor).toBe(rate.amountMinor);
        }
        for (const cut of parts.slice(1)) {
          const isOtherMonth = periodOf(cut.fromMs) !== periodOf(cut.fromMs - 1);
          const isOtherRate = list.some((rate) => rate.fromMs === cut.fromMs);
          expect(isOtherMonth || isOtherRate).toBe(true);
        }
      }),
    );
  });

  it('six hours over midnight, 100.00 an hour and 200.00 from September on: 200.00 in August, 800.00 in September', () => {
    const parts = labourParts(at('2026-08-31T22:00:00Z'), at('2026-09-01T04:00:00Z'), [
      { fromMs: at('2026-01-01T00:00:00Z'), amountMinor: 10_000n, currency: 'CNY' },
      { fromMs: MIDNIGHT, amountMinor: 20_000n, currency: 'CNY' },
    ]);
    expect(parts.map((part) => [periodOf(part.fromMs), part.amountMinor, part.quantityMilli])).toEqual([
      ['2026-08', 20_000n, 2000n],
      ['2026-09', 80_000n, 4000n],
    ]);
  });

  it('20 minutes at 300.00 are 100.00, and half a minor unit is rounded away from zero', () => {
    const cost = (amountMinor: bigint, minutes: number) =>
      labourParts(0, minutes * MINUTE_MS, [{ fromMs: 0, amountMinor, currency: 'CNY' }]).map(
        (part) => part.amountMinor,
      );
    expect(cost(30_000n, 20)).toEqual([10_000n]);
    expect(cost(1n, 30)).toEqual([1n]);
  });

  it('a span that begins before any rate is refused', () => {
    expect(() => labourParts(0, 1, [{ fromMs: 1, amountMinor: 1n, currency: 'CNY' }])).toThrow(/no rate is in force/);
  });
});
