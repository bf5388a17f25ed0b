// A unit's own normal, drawn behind its alert: the contributor lies in it exactly when it is within five deviations.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Contributor } from '../../../src/contracts/http/devices.ts';
import { ownNormalOf } from '../../../src/predictor/core/explanation/own-normal.ts';

const metric = { code: 'cell-voltage', name: { en: 'Cell voltage', zh: '电池电压' } };
const contributorOf = (expected: number, deviation: number, sigma: number): Contributor => ({
  metric: metric.code,
  name: metric.name,
  unit: 'V',
  direction: deviation * sigma > 0 ? 'up' : 'down',
  value: expected + deviation * sigma,
  expected,
  sigma,
  since: '2026-11-01T00:00:00Z',
});
const sigmas = fc.double({ min: 0.1, max: 40, noNaN: true });

describe('own normal', () => {
  test('is centred on what was expected and ends at five deviations', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e3, max: 1e3, noNaN: true }),
        fc.double({ min: 0.01, max: 1e3, noNaN: true }),
        fc.tuple(sigmas, fc.boolean()).map(([sigma, isDown]) => (isDown ? -sigma : sigma)),
        (expected, deviation, sigma) => {
          const band = ownNormalOf(metric, [contributorOf(expected, deviation, sigma)]);
          if (band === null) throw new Error('a contributor with a deviation has a band');
          expect(band.expected).toBe(expected);
          expect((band.min + band.max) / 2).toBeCloseTo(expected, 6);
          expect((band.max - band.min) / (10 * deviation)).toBeCloseTo(1, 6);
        },
      ),
    );
  });

  test('says nothing implausible is normal', () => {
    const found = [contributorOf(0.1, 0.03, 5.4)];
    expect(ownNormalOf({ ...metric, plausibleMin: 0 }, found)).toMatchObject({ min: 0, max: 0.25 });
    expect(ownNormalOf({ ...metric, plausibleMax: 0.2 }, found)).toMatchObject({
      min: expect.closeTo(-0.05),
      max: 0.2,
    });
  });

  test('is unknown without a contributor of this metric, for a rule, and where a metric only became unsteady', () => {
    const contributor = contributorOf(3.3, 0.02, -6);
    const unsteady = { ...contributor, name: { en: 'Cell voltage, scatter', zh: '电池电压波动' } };
    expect(ownNormalOf(metric, [])).toBeNull();
    expect(ownNormalOf(metric, [{ ...contributor, metric: 'another' }])).toBeNull();
    expect(ownNormalOf(metric, [{ ...contributor, sigma: 0 }])).toBeNull();
    expect(ownNormalOf(metric, [unsteady])).toBeNull();
  });
});
