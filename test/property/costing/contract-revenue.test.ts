// Laws of recognised revenue: however a span is cut, the parts add up to the whole, and the whole of a contract is its price.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONTRACT_TYPES, PRICE_PER } from '../../../src/contracts/http/contract-terms.ts';
import { COST_ELEMENTS } from '../../../src/contracts/costs.ts';
import { isCovered, WORK_KINDS } from '../../../src/costing/core/contract/coverage.ts';
import { addMonths, cycleOf, dayNumberOf, dayTextOf } from '../../../src/costing/core/contract/days.ts';
import { feeOf, yearlyFee } from '../../../src/costing/core/contract/revenue.ts';
import type { ContractTerms, Stretch } from '../../../src/costing/core/contract/terms.ts';

const START = dayNumberOf('2024-01-31');

const stretchOf = (fromDay: number, toDay: number, priceMinor: bigint, pricePer: Stretch['pricePer']): Stretch => ({
  fromDay,
  toDay,
  type: 'full-service',
  priceMinor,
  pricePer,
  usageDriver: pricePer === 'unit' ? 'scan-count' : null,
  included: { visits: null, hours: null, partsMinor: null },
  penalty: { penaltyPerHourMinor: 0n, restorationHours: null, uptimeTarget: null, penaltyCapMinor: null },
  tariff: { hourMinor: null, visitMinor: null, partsMarkupPercent: 0 },
});

const contract = fc
  .record({
    start: fc.integer({ min: START, max: START + 800 }),
    lengths: fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 4 }),
    prices: fc.array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 4, maxLength: 4 }),
    pers: fc.array(fc.constantFrom(...PRICE_PER), { minLength: 4, maxLength: 4 }),
  })
  .map(({ start, lengths, prices, pers }): ContractTerms => {
    let day = start;
    const stretches = lengths.map((length, index) => {
      const stretch = stretchOf(day, day + length, prices[index] ?? 0n, pers[index] ?? 'term');
      day += length;
      return stretch;
    });
    return { code: 'k', currency: 'CNY', startDay: start, endDay: day, stretches };
  });

describe('recognised revenue', () => {
  it('adds up over any split of a span, to the minor unit', () => {
    const cuts = fc.array(fc.integer({ min: -100, max: 4000 }), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(contract, cuts, (terms, offsets) => {
        const days = offsets.map((offset) => terms.startDay + offset).sort((a, b) => a - b);
        const parts = days.slice(1).map((day, index) => feeOf(terms, days[index] as number, day));
        expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(
          feeOf(terms, days[0] as number, days.at(-1) as number),
        );
        for (const part of parts) expect(part >= 0n).toBe(true);
      }),
    );
  });

  it('is the price over the whole term, and the price of each whole month', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 12n }), fc.integer({ min: 1, max: 40 }), (price, months) => {
        const endDay = addMonths(START, months);
        const of = (per: Stretch['pricePer']): ContractTerms => ({
          code: 'k',
          currency: 'CNY',
          startDay: START,
          endDay,
          stretches: [stretchOf(START, endDay, price, per)],
        });
        expect(feeOf(of('term'), 0, 99_999)).toBe(price);
        expect(feeOf(of('month'), 0, 99_999)).toBe(price * BigInt(months));
        if (months % 12 === 0) expect(feeOf(of('year'), 0, 99_999)).toBe((price * BigInt(months)) / 12n);
        expect(feeOf(of('unit'), 0, 99_999)).toBe(0n);
        expect(yearlyFee(stretchOf(START, endDay, price, 'month'), of('month'))).toBe(price * 12n);
      }),
    );
  });

  it('takes a month with fewer days to its last one', () => {
    expect(dayTextOf(addMonths(START, 1))).toBe('2024-02-29');
    expect(dayTextOf(addMonths(START, 13))).toBe('2025-02-28');
    expect(cycleOf(START, 1, dayNumberOf('2024-02-29'))).toMatchObject({ index: 1 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4000 }), fc.constantFrom(1, 12), (offset, months) => {
        const { fromDay, toDay } = cycleOf(START, months, START + offset);
        expect(fromDay <= START + offset && START + offset < toDay).toBe(true);
      }),
    );
  });
});

describe('coverage', () => {
  const covered = (type: (typeof CONTRACT_TYPES)[number]): Set<string> =>
    new Set(
      WORK_KINDS.flatMap((kind) =>
        COST_ELEMENTS.filter((element) => isCovered(type, kind, element)).map((element) => `${kind} ${element}`),
      ),
    );
  const isWithin = (inner: Set<string>, outer: Set<string>): boolean => [...inner].every((one) => outer.has(one));

  it('of full service holds that of every other, and every other that of time and materials', () => {
    for (const type of CONTRACT_TYPES) {
      expect(isWithin(covered(type), covered('full-service'))).toBe(true);
      expect(isWithin(covered('time-and-materials'), covered(type))).toBe(true);
    }
    expect(covered('uptime')).toEqual(covered('full-service'));
  });

  it('says of each type what its name says', () => {
    expect(isCovered('labour-only', 'failure', 'parts')).toBe(false);
    expect(isCovered('labour-only', 'failure', 'labour')).toBe(true);
    expect(isCovered('parts-only', 'failure', 'parts')).toBe(true);
    expect(isCovered('parts-only', 'planned', 'labour')).toBe(false);
    expect(isCovered('pm-only', 'planned', 'parts')).toBe(true);
    expect(isCovered('pm-only', 'failure', 'labour')).toBe(false);
    expect(isCovered('time-and-materials', 'failure', 'labour')).toBe(false);
    expect(isCovered('time-and-materials', 'own', 'parts')).toBe(true);
  });
});
