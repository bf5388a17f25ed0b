import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { minorOf, moneyOf } from '../../../src/contracts/money.ts';
import { moverSettingsOf, questionOf } from '../../../src/dashboard/views/costs/movers/movers-settings.ts';
import { waterfallOf } from '../../../src/dashboard/views/costs/movers/waterfall.ts';

const amount = fc.bigInt({ min: -(10n ** 13n), max: 10n ** 13n }).map((minor) => moneyOf(minor, 'CNY'));

describe('the waterfall', () => {
  test('starts each step where the one before it ended, ends at what is after, and stays within its width', () => {
    fc.assert(
      fc.property(amount, amount, amount, amount, (before, volume, mix, rate) => {
        const steps = waterfallOf(before, { volume, mix, rate });
        const [start, ...moved] = steps.slice(0, -1);
        let at = start?.to;
        for (const step of moved) {
          expect(step.from).toBe(at);
          at = step.to;
        }
        const sum = [before, volume, mix, rate].reduce((total, money) => total + (minorOf(money) ?? 0n), 0n);
        expect([at, steps.at(-1)?.minor]).toEqual([sum, sum]);
        for (const { start: from, length } of steps) {
          expect(from).toBeGreaterThanOrEqual(0);
          expect(from + length).toBeLessThanOrEqual(1.000001);
        }
      }),
    );
  });
});

describe('what is asked', () => {
  const scope = { region: 'east', customer: null, range: { from: '2026-04', to: '2026-06' } };
  const ask = (query: Record<string, string>) => questionOf(moverSettingsOf(query), scope);

  test('is the months before, or the same months a year before', () => {
    expect(ask({})).toEqual({
      by: 'product',
      period: '2026-04..2026-06',
      against: '2026-01..2026-03',
      volume: 'jobs',
      filter: 'region:east',
      againstFilter: null,
    });
    expect(ask({ basis: 'year', within: 'element' })).toMatchObject({
      by: 'product,element',
      against: '2025-04..2025-06',
    });
  });

  test('is two values of a dimension in the same months, once both are chosen', () => {
    expect(ask({ basis: 'values', of: 'product-line', a: 'ct' })).toBeNull();
    expect(ask({ basis: 'values', of: 'product-line', a: 'ct', b: 'mri' })).toMatchObject({
      against: '2026-04..2026-06',
      filter: 'region:east,product-line:mri',
      againstFilter: 'region:east,product-line:ct',
    });
  });

  test('of what is no dimension or unit falls back', () => {
    expect(ask({ by: 'period', volume: 'tons' })).toMatchObject({ by: 'product', volume: 'jobs' });
    expect(ask({ by: 'element', within: 'element' })).toMatchObject({ by: 'element' });
  });
});
