import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../src/predictor/core/random.ts';
import { ageFigures, atAges, watchedOf } from '../../../src/predictor/core/survival/at-age.ts';
import { fittedCurve } from '../../../src/predictor/core/survival/cohorts.ts';
import { fitWeibull, priorFrom, survivalInterval } from '../../../src/predictor/core/survival/fit.ts';
import { medianLife, survivalSteps } from '../../../src/predictor/core/survival/kaplan-meier.ts';
import {
  failureWithin,
  hazard,
  type Life,
  meanResidualLife,
  quantile,
  survival,
  type Weibull,
} from '../../../src/predictor/core/survival/weibull.ts';

const weibulls = fc.record({
  shape: fc.double({ min: 0.6, max: 5, noNaN: true }),
  scale: fc.double({ min: 50, max: 20_000, noNaN: true }),
});

/** Lives drawn from a distribution, watched from `watchedFrom` of their age on and up to `watchedTo`. */
function drawn(weibull: Weibull, n: number, seed: number, { watchedFrom = 0, watchedTo = Infinity } = {}): Life[] {
  const random = seededRandom(seed);
  const lives: Life[] = [];
  while (lives.length < n) {
    const age = quantile(weibull, random());
    const fromHours = watchedFrom * random();
    if (age <= fromHours) continue;
    const toHours = Math.min(age, fromHours + watchedTo * random());
    lives.push({ fromHours, toHours, failed: toHours === age });
  }
  return lives;
}

describe('the Weibull distribution', () => {
  test('check value: shape 2, scale 1000, age 600, horizon 100 gives 0.1219', () => {
    expect(failureWithin({ shape: 2, scale: 1000 }, 600, 100)).toBeCloseTo(0.1219, 4);
  });

  test('law: failing within two stretches is failing in the first or, having lived through it, in the second', () => {
    fc.assert(
      fc.property(weibulls, fc.double({ min: 0, max: 3, noNaN: true }), (weibull, share) => {
        const [age, h] = [share * weibull.scale, weibull.scale / 10];
        const both = failureWithin(weibull, age, 2 * h);
        const [first, second] = [failureWithin(weibull, age, h), failureWithin(weibull, age + h, h)];
        expect(both).toBeCloseTo(1 - (1 - first) * (1 - second), 9);
        expect(survival(weibull, age + h)).toBeCloseTo(survival(weibull, age) * (1 - first), 9);
      }),
    );
  });

  test('law: the hazard is the chance to fail per hour, over a short while', () => {
    fc.assert(
      fc.property(weibulls, fc.double({ min: 0.2, max: 2, noNaN: true }), (weibull, share) => {
        const age = share * weibull.scale;
        const moment = weibull.scale * 1e-6;
        expect(failureWithin(weibull, age, moment) / moment / hazard(weibull, age)).toBeCloseTo(1, 3);
      }),
    );
  });

  test('mean time left: without ageing it is the same at every age', () => {
    for (const age of [0, 500, 5_000]) expect(meanResidualLife({ shape: 1, scale: 800 }, age)).toBeCloseTo(800, 0);
    expect(meanResidualLife({ shape: 3, scale: 800 }, 700)).toBeLessThan(meanResidualLife({ shape: 3, scale: 800 }, 0));
  });
});

describe('fitting lives', () => {
  test('law: scaling all ages scales the scale and leaves the shape', () => {
    fc.assert(
      fc.property(weibulls, fc.integer({ min: 1, max: 1e6 }), (weibull, seed) => {
        const lives = drawn(weibull, 40, seed, { watchedTo: 2 * weibull.scale });
        fc.pre(lives.filter(({ failed }) => failed).length >= 3);
        const fit = fitWeibull(lives);
        const scaled = fitWeibull(
          lives.map((life) => ({ ...life, fromHours: life.fromHours * 7, toHours: life.toHours * 7 })),
        );
        expect((scaled?.scale ?? 0) / (fit?.scale ?? 1)).toBeCloseTo(7, 4);
        expect((scaled?.shape ?? 0) / (fit?.shape ?? 1)).toBeCloseTo(1, 5);
      }),
      { numRuns: 30 },
    );
  });

  test('finds the distribution behind lives that were watched late and not to their end', () => {
    const truth = { shape: 2.5, scale: 1_000 };
    const fit = fitWeibull(drawn(truth, 4_000, 3, { watchedFrom: 900, watchedTo: 1_200 }));
    expect(fit?.shape).toBeCloseTo(2.5, 0);
    expect((fit?.scale ?? 0) / 1_000).toBeCloseTo(1, 1);
  });

  test('control: who forgets that lives were watched late believes that they are longer', () => {
    const lives = drawn({ shape: 2.5, scale: 1_000 }, 4_000, 3, { watchedFrom: 900, watchedTo: 1_200 });
    const forgetful = fitWeibull(lives.map((life) => ({ ...life, fromHours: 0 })));
    expect(forgetful?.scale).toBeGreaterThan(1_060);
  });

  test('the 90 % intervals hold the truth about nine times in ten', () => {
    const truth = { shape: 2, scale: 1_000 };
    let [shapes, scales, shares] = [0, 0, 0];
    for (let seed = 1; seed <= 200; seed++) {
      const fit = fitWeibull(drawn(truth, 40, seed, { watchedTo: 2_500 }));
      if (fit === null) continue;
      if (fit.shapeLow <= 2 && fit.shapeHigh >= 2) shapes++;
      if (fit.scaleLow <= 1_000 && fit.scaleHigh >= 1_000) scales++;
      const { low, high } = survivalInterval(fit, 700);
      const alive = survival(truth, 700);
      if (low <= alive && high >= alive) shares++;
    }
    for (const held of [shapes, scales, shares]) {
      expect(held).toBeGreaterThan(165);
      expect(held).toBeLessThan(197);
    }
  });

  test('law: the curve and both its limits only ever fall, and it lies between them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1, max: 12 }), (seed, n) => {
        const lives = drawn({ shape: 3, scale: 1_000 }, n, seed, { watchedTo: 1_500 });
        const points = fittedCurve(fitWeibull(lives), lives);
        points.forEach((point, at) => {
          expect(point.low).toBeLessThanOrEqual(point.alive + 1e-12);
          expect(point.high).toBeGreaterThanOrEqual(point.alive - 1e-12);
          const before = points[at - 1] ?? { low: 1, high: 1, alive: 1 };
          for (const line of ['low', 'alive', 'high'] as const) expect(point[line]).toBeLessThanOrEqual(before[line]);
        });
      }),
    );
  });

  test('few failures are drawn to the cohort, many are not; none and no cohort is no estimate', () => {
    const cohort = fitWeibull(drawn({ shape: 2, scale: 1_000 }, 500, 1));
    if (cohort === null) throw new Error('no fit');
    const own = { shape: 2, scale: 2_000 };
    const few = fitWeibull(drawn(own, 2, 5), priorFrom(cohort));
    const many = fitWeibull(drawn(own, 400, 5), priorFrom(cohort));
    expect(few?.scale).toBeLessThan(1_600);
    expect(many?.scale).toBeGreaterThan(1_850);
    const unfailed: Life[] = [{ fromHours: 0, toHours: 300, failed: false }];
    expect(fitWeibull(unfailed)).toBeNull();
    expect(fitWeibull(unfailed, priorFrom(cohort))?.scale).toBeGreaterThan(900);
    expect(Number.isFinite(fitWeibull([{ fromHours: 0, toHours: 300, failed: true }])?.shapeHigh)).toBe(true);
  });
});

describe('the share still alive, as it was seen', () => {
  test('law: falls, lies in its interval, and without censoring is the share that is older', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 60 }), (ages) => {
        const lives = ages.map((toHours): Life => ({ fromHours: 0, toHours, failed: true }));
        let before = 1;
        for (const { hours, alive, low, high } of survivalSteps(lives)) {
          expect(alive).toBeCloseTo(ages.filter((age) => age > hours).length / ages.length, 9);
          expect(alive).toBeLessThan(before);
          expect(low).toBeLessThanOrEqual(alive);
          expect(high).toBeGreaterThanOrEqual(alive);
          before = alive;
        }
      }),
    );
  });

  test('half of them: the median; unknown while more than half live', () => {
    const life = (toHours: number, failed = true): Life => ({ fromHours: 0, toHours, failed });
    expect(medianLife(survivalSteps([life(10), life(20), life(30), life(40)]))).toBe(20);
    expect(medianLife(survivalSteps([life(10), life(90, false), life(90, false)]))).toBeNull();
  });
});

describe('what an age means', () => {
  test('law: intervals lie about their value, and hold the truth about nine times in ten', () => {
    const truth = { shape: 2.2, scale: 4_000 };
    const at = 2_500;
    let [hazards, lefts] = [0, 0];
    const worlds = 120;
    for (let seed = 1; seed <= worlds; seed++) {
      const fit = fitWeibull(drawn(truth, 40, seed, { watchedTo: 6_000 }));
      if (fit === null) continue;
      const { hazardPerYear, meanLeftHours } = ageFigures(fit, at);
      for (const { low, value, high } of [hazardPerYear, meanLeftHours]) {
        expect(low).toBeLessThanOrEqual(value);
        expect(high).toBeGreaterThanOrEqual(value);
      }
      const [rate, left] = [hazard(truth, at) * 365.25 * 24, meanResidualLife(truth, at)];
      hazards += rate >= hazardPerYear.low && rate <= hazardPerYear.high ? 1 : 0;
      lefts += left >= meanLeftHours.low && left <= meanLeftHours.high ? 1 : 0;
    }
    for (const held of [hazards, lefts]) {
      expect(held / worlds).toBeGreaterThan(0.8);
      expect(held / worlds).toBeLessThan(0.98);
    }
  });

  test('law: what ages fails more often and has less left the older it is; more lives narrow the interval', () => {
    fc.assert(
      fc.property(fc.double({ min: 1.8, max: 4, noNaN: true }), fc.integer({ min: 1, max: 500 }), (shape, seed) => {
        const truth = { shape, scale: 5_000 };
        const [few, many] = [20, 400].map((n) => fitWeibull(drawn(truth, n, seed)));
        if (few == null || many == null || few.shape <= 1 || many.shape <= 1) return;
        const widthOf = (fit: typeof few) => {
          const { low, high } = ageFigures(fit, 3_000).hazardPerYear;
          return Math.log(high / low);
        };
        expect(widthOf(many)).toBeLessThan(widthOf(few));
        const [young, old] = [ageFigures(many, 500), ageFigures(many, 6_000)];
        expect(old.hazardPerYear.value).toBeGreaterThan(young.hazardPerYear.value);
        expect(old.meanLeftHours.value).toBeLessThan(young.meanLeftHours.value);
      }),
      { numRuns: 25, seed: 4 },
    );
  });

  test('without a failure there is no fit, but a bound by how long was watched', () => {
    const life = { fromHours: 0, toHours: 365.25 * 24, failed: false, firmware: null, lot: null, isInUse: true };
    const watched = watchedOf(Array.from({ length: 30 }, () => life));
    expect(watched.years).toBeCloseTo(30, 9);
    // Three failures expected would have shown at least one in 95 of 100 cases.
    expect(watched.atMostPerYear).toBeCloseTo(2.9957 / 30, 4);
    expect(watched.typicalAgeHours).toBeCloseTo(365.25 * 24, 9);
    expect(watchedOf([{ ...life, failed: true, isInUse: false }])).toMatchObject({
      atMostPerYear: null,
      typicalAgeHours: null,
    });
    expect(watchedOf([])).toEqual({ years: 0, atMostPerYear: null, typicalAgeHours: null });
    expect(atAges(null, watched)).toEqual([]);
  });
});
