import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { betaCdf, betaQuantile } from '../../../src/predictor/core/beta.ts';
import {
  failureProbability,
  severityOf,
  triggerThreshold,
  valueAtRiskMinor,
} from '../../../src/predictor/core/prognosis.ts';

const costs = (unplanned: number, planned: number, needless: number) => ({
  unplannedMinor: BigInt(unplanned),
  plannedMinor: BigInt(planned),
  needlessMinor: BigInt(needless),
  currency: 'CNY',
});
const amount = fc.integer({ min: 0, max: 1_000_000_000 });
const count = fc.integer({ min: 0, max: 500 });

describe('the trigger', () => {
  test('check value: 40,000 / 8,000 / 3,000 gives p* = 0.0857', () => {
    expect(triggerThreshold(costs(4_000_000, 800_000, 300_000))).toBeCloseTo(0.0857, 4);
  });

  test('law: at p* the expected saving equals the expected needless visit; never when there is nothing to save', () => {
    fc.assert(
      fc.property(amount, amount, amount, (unplanned, planned, needless) => {
        const threshold = triggerThreshold(costs(unplanned, planned, needless));
        if (unplanned <= planned) {
          expect(threshold).toBeNull();
          return;
        }
        const p = threshold as number;
        expect(p).toBeGreaterThanOrEqual(0);
        expect(p).toBeLessThan(1);
        expect(p * (unplanned - planned)).toBeCloseTo((1 - p) * needless, 0);
      }),
    );
  });

  test('law: value at risk is whole minor units between nothing and what is saved', () => {
    fc.assert(
      fc.property(amount, amount, fc.double({ min: 0, max: 1, noNaN: true }), (unplanned, planned, p) => {
        const value = valueAtRiskMinor(p, costs(unplanned, planned, 0));
        expect(value >= 0n && value <= BigInt(Math.max(0, unplanned - planned))).toBe(true);
      }),
    );
    expect(valueAtRiskMinor(0.5, costs(4_000_000, 800_000, 300_000))).toBe(1_600_000n);
  });
});

describe('the probability', () => {
  test('a prior says so: n = 0, one half, and a wide interval', () => {
    const prior = failureProbability({ confirmed: 0, refuted: 0 }, null);
    expect(prior).toMatchObject({ value: 0.5, n: 0 });
    // 10 % point of Beta(2, 2) solves 3x^2 - 2x^3 = 0.1.
    expect(prior.low).toBeCloseTo(0.1958, 4);
    expect(prior.high).toBeCloseTo(0.8042, 4);
  });

  test('law: confirmed findings raise it, refuted ones lower it, and it stays in its interval', () => {
    fc.assert(
      fc.property(count, count, (confirmed, refuted) => {
        const now = failureProbability({ confirmed, refuted }, null);
        expect(now.low).toBeLessThan(now.value);
        expect(now.value).toBeLessThan(now.high);
        expect(failureProbability({ confirmed: confirmed + 1, refuted }, null).value).toBeGreaterThan(now.value);
        expect(failureProbability({ confirmed, refuted: refuted + 1 }, null).value).toBeLessThan(now.value);
      }),
    );
  });

  test('a line that leads far past the horizon halves it; one that leads there leaves it', () => {
    const left = (withinHorizon: number) => ({ p10: 1, p50: 2, p90: 3, withinHorizon });
    const outcomes = { confirmed: 6, refuted: 0 };
    expect(failureProbability(outcomes, left(1)).value).toBeCloseTo(0.8, 10);
    expect(failureProbability(outcomes, left(0)).value).toBeCloseTo(0.4, 10);
  });

  test('law: quantile and distribution function of Beta undo each other', () => {
    const shape = fc.double({ min: 0.5, max: 300, noNaN: true });
    fc.assert(
      fc.property(shape, shape, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (a, b, share) => {
        expect(betaCdf(betaQuantile(share, a, b), a, b)).toBeCloseTo(share, 7);
      }),
    );
  });
});

describe('severity', () => {
  test.each([
    [0.8, 1, 24, 'critical'],
    [0.8, 1, 200, 'major'],
    [0.8, 1, 2000, 'minor'],
    [0.5, 0.3, 24, 'minor'],
    [0.1, 0.5, 24, 'warning'],
  ] as const)('p %f, criticality %f, %f h left: %s', (probability, criticality, hours, severity) => {
    expect(severityOf(probability, criticality, hours)).toBe(severity);
  });
});
