// Laws of the forecast: nothing looks ahead, a constant stays itself, scale and sign of time change nothing they should not,
// intervals hold about as often as they say, and a season is found where there is one.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forecastSeries, usualForecasters } from '../../../src/costing/core/forecast/forecast.ts';
import { nowcast } from '../../../src/costing/core/forecast/nowcast.ts';
import { chanceAbove } from '../../../src/costing/core/forecast/spread.ts';
import { walkAlong } from '../../../src/costing/core/forecast/walk.ts';
import { seededRandom } from '../../../src/predictor/core/random.ts';

const HORIZON = 12;
const amount = fc.integer({ min: 0, max: 1_000_000 });
const series = fc.array(amount, { minLength: 6, maxLength: 60 });

/** Sum of twelve even draws less six: near enough normal. */
const noise = (random: () => number): number => Array.from({ length: 12 }, random).reduce((a, b) => a + b, -6);
const seasonal = (random: () => number, months: number): number[] =>
  Array.from({ length: months }, (_, i) => 100_000 + 30_000 * Math.sin((2 * Math.PI * i) / 12) + 8_000 * noise(random));

describe('a forecast', () => {
  it('never looks ahead: another future changes nothing that was said before it', () => {
    fc.assert(
      fc.property(fc.array(amount, { minLength: 40, maxLength: 60 }), fc.integer({ min: 24, max: 39 }), (past, cut) => {
        const other = past.map((value, i) => (i >= cut ? value * 3 + 77 : value));
        const saidIn = (values: number[]) =>
          walkAlong(values, usualForecasters(), HORIZON).map(({ said }) =>
            said.filter(({ origin }) => origin <= cut).map(({ expected }) => expected),
          );
        expect(saidIn(other)).toEqual(saidIn(past));
      }),
      { numRuns: 30 },
    );
  });

  it('of a constant is the constant, without doubt', () => {
    fc.assert(
      fc.property(amount, fc.integer({ min: 6, max: 60 }), (value, months) => {
        const forecast = forecastSeries(
          Array.from({ length: months }, () => value),
          HORIZON,
        );
        for (const step of forecast?.monthly ?? []) {
          expect(step.expected).toBeCloseTo(value, 5);
          expect(step.high - step.low).toBeLessThan(1e-3);
        }
        expect(forecast?.summed.at(-1)?.expected).toBeCloseTo(HORIZON * value, 3);
      }),
      { numRuns: 60 },
    );
  });

  it('in another unit is the same forecast in that unit', () => {
    fc.assert(
      fc.property(series, (values) => {
        const [one, hundred] = [values, values.map((value) => 128 * value)].map((own) => forecastSeries(own, HORIZON));
        expect(hundred?.model).toBe(one?.model);
        one?.monthly.forEach((step, i) => expect(hundred?.monthly[i]?.expected).toBeCloseTo(128 * step.expected, 2));
      }),
      { numRuns: 40 },
    );
  });

  it('has its parts in order, wider farther ahead, and never below zero where cost never was', () => {
    fc.assert(
      fc.property(series, (values) => {
        const { monthly = [], summed = [] } = forecastSeries(values, HORIZON) ?? {};
        for (const { low, expected, high } of [...monthly, ...summed]) {
          expect(low).toBeGreaterThanOrEqual(0);
          expect(expected).toBeGreaterThanOrEqual(low);
          expect(high).toBeGreaterThanOrEqual(expected);
        }
        const above = monthly.map(({ expected, high }) => high - expected);
        above.forEach((width, i) => expect(width).toBeGreaterThanOrEqual((above[i - 1] ?? 0) * (1 - 1e-9) - 1e-6));
      }),
      { numRuns: 60 },
    );
  });

  it('holds what its intervals say on seasons with noise, at the months it never saw', () => {
    const random = seededRandom(7);
    let held = 0;
    let n = 0;
    let own = { held: 0, n: 0 };
    for (let i = 0; i < 150; i += 1) {
      const values = seasonal(random, 72);
      const forecast = forecastSeries(values.slice(0, 60), HORIZON);
      forecast?.monthly.forEach(({ low, high }, step) => {
        const came = values[60 + step] ?? 0;
        n += 1;
        if (came >= low && came <= high) held += 1;
      });
      own = { held: own.held + (forecast?.coverage.held ?? 0), n: own.n + (forecast?.coverage.n ?? 0) };
    }
    expect(held / n).toBeGreaterThan(0.77);
    expect(held / n).toBeLessThan(0.93);
    // What it says of itself is what happens.
    expect(Math.abs(own.held / own.n - held / n)).toBeLessThan(0.08);
  });

  it('of a season beats last year again, and says so', () => {
    const random = seededRandom(3);
    const forecasts = Array.from({ length: 20 }, () => forecastSeries(seasonal(random, 60), HORIZON));
    const better = forecasts.filter((one) => {
      const of = (model: string) => one?.scores.find((score) => score.model === model)?.mase ?? Infinity;
      return of('holt-winters') < of('seasonal-naive');
    });
    expect(better.length).toBeGreaterThan(15);
    expect(better.some((one) => one?.model === 'holt-winters')).toBe(true);
  });

  it('says nothing from less than half a year', () => {
    expect(forecastSeries([1, 2, 3, 4, 5], HORIZON)).toBeNull();
  });

  it('makes a higher amount less likely: an even chance in the middle, one in ten at the edges of its band', () => {
    fc.assert(
      fc.property(amount, amount, amount, amount, amount, (low, more, yet, a, b) => {
        const band = { low, expected: low + more + 1, high: low + more + yet + 2 };
        const [less, larger] = [Math.min(a, b), Math.max(a, b)].map((above) => chanceAbove(band, above));
        expect(larger).toBeLessThanOrEqual((less ?? 0) + 1e-6);
        expect(chanceAbove(band, band.expected)).toBeCloseTo(0.5, 5);
        expect(chanceAbove(band, band.high)).toBeCloseTo(0.1, 4);
        expect(chanceAbove(band, band.low)).toBeCloseTo(0.9, 4);
      }),
    );
  });

  it('says of few months what their bands are worth: seldom too narrow', () => {
    const random = seededRandom(9);
    let [held, n] = [0, 0];
    for (let i = 0; i < 120; i += 1) {
      const values = seasonal(random, 48);
      forecastSeries(values.slice(0, 36), HORIZON)?.monthly.forEach(({ low, high }, step) => {
        const came = values[36 + step] ?? 0;
        n += 1;
        if (came >= low && came <= high) held += 1;
      });
    }
    expect(held / n).toBeGreaterThan(0.75);
  });

  it('of a year together holds too', () => {
    const random = seededRandom(21);
    let held = 0;
    for (let i = 0; i < 120; i += 1) {
      const values = seasonal(random, 60);
      const year = values.slice(48).reduce((sum, value) => sum + value, 0);
      const last = forecastSeries(values.slice(0, 48), HORIZON)?.summed.at(-1);
      if (last && year >= last.low && year <= last.high) held += 1;
    }
    expect(held / 120).toBeGreaterThan(0.75);
  });
});

describe('the open month', () => {
  it('is its forecast on the first day, and what is posted on the last', () => {
    fc.assert(
      fc.property(amount, amount, amount, amount, (posted, low, more, yet) => {
        const forecast = { low, expected: low + more, high: low + more + yet };
        expect(nowcast(0, forecast, 1)).toEqual(forecast);
        expect(nowcast(posted, forecast, 0)).toEqual({ low: posted, expected: posted, high: posted });
        expect(nowcast(posted, forecast, 0.4).low).toBeGreaterThanOrEqual(posted);
      }),
    );
  });
});
