// Laws of contract prices: break-even leaves nothing, more coverage never costs less in any draw, a wider quantile never less, one
// seed one answer; and the simulation gives the failures its hazards say.
import { overrunOf } from '../../../src/costing/core/contract/overrun.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONTRACT_TYPES } from '../../../src/contracts/http/contract-terms.ts';
import { countBounds, entitlementUse } from '../../../src/costing/core/contract/entitlement.ts';
import {
  costInDraw,
  costOfType,
  hourlyRate,
  priceFor,
  type PriceQuestion,
} from '../../../src/costing/core/contract/prices.ts';
import { billedOf, loaded, provisionOf } from '../../../src/costing/core/contract/provision.ts';
import {
  drawService,
  JOB_ELEMENTS,
  mean,
  minorOfDraw,
  type PastJob,
  quantile,
  type ServiceModel,
  simulateService,
} from '../../../src/costing/core/contract/simulation.ts';
import { gamma, seededRandom, seedOf } from '../../../src/costing/core/seeded-random.ts';

const job = (kind: PastJob['kind']) =>
  fc
    .record({
      minor: fc.array(fc.integer({ min: 0, max: 10_000_000 }), { minLength: 7, maxLength: 7 }),
      visits: fc.integer({ min: 0, max: 3 }),
      labourHours: fc.integer({ min: 0, max: 40 }),
      downtimeMinutes: fc.integer({ min: 0, max: 12_000 }),
    })
    .map((one): PastJob => ({ ...one, kind, minor: Float64Array.from(one.minor) }));

const model = fc
  .record({
    failures: fc.array(job('failure'), { minLength: 1, maxLength: 5 }),
    replaced: fc.array(job('failure'), { maxLength: 3 }),
    planned: fc.array(job('planned'), { maxLength: 4 }),
    own: fc.array(job('own'), { maxLength: 2 }),
    shape: fc.double({ min: 0.8, max: 4, noNaN: true }),
    ages: fc.array(fc.integer({ min: 0, max: 30_000 }), { minLength: 1, maxLength: 6 }),
  })
  .map(({ failures, replaced, planned, own, shape, ages }): ServiceModel => {
    const agesHours = Float64Array.from(ages);
    return {
      hours: 8760,
      groups: [
        {
          hazard: { kind: 'weibull', shape, scaleHours: 9000, scaleLogSd: 0.2 },
          agesHours,
          jobs: failures,
          replaced: { hours: 9_000, jobs: replaced },
        },
        {
          hazard: { kind: 'rate', failures: 2, hours: 20_000 },
          agesHours,
          jobs: failures,
          replaced: { hours: 9_000, jobs: [] },
        },
      ],
      upkeep: [
        { hours: 10_000, devices: ages.length, jobs: planned },
        { hours: 40_000, devices: ages.length, jobs: own },
      ],
    };
  });

const question = fc
  .record({
    model,
    seed: fc.integer(),
    loadPpm: fc.integer({ min: 0, max: 900_000 }),
    penalty: fc.bigInt({ min: 0n, max: 200_000n }),
    restoration: fc.option(fc.integer({ min: 0, max: 48 })),
    uptime: fc.option(fc.double({ min: 0.8, max: 1, noNaN: true })),
    cap: fc.option(fc.bigInt({ min: 0n, max: 50_000_000n })),
  })
  .map(
    ({ model: asked, seed, loadPpm, penalty, restoration, uptime, cap }): PriceQuestion => ({
      draws: simulateService(asked, 40, seededRandom(seed)),
      loadPpm,
      penalty: {
        penaltyPerHourMinor: penalty,
        restorationHours: restoration,
        uptimeTarget: uptime,
        penaltyCapMinor: cap,
      },
      tariff: { hourMinor: null, visitMinor: null, partsMarkupPercent: 0 },
      span: { fromDay: 20_000, toDay: 20_365, devices: 3 },
    }),
  );

describe('break-even prices', () => {
  it('leave an expected margin of nothing, and the asked share of the price above it', () => {
    fc.assert(
      fc.property(
        question,
        fc.constantFrom(...CONTRACT_TYPES),
        fc.integer({ min: 1, max: 60 }),
        (asked, type, percent) => {
          const cost = costOfType(type, asked);
          const margins = asked.draws.map((draw) => priceFor(cost.mean, 0) - costInDraw(draw, type, asked));
          expect(Math.abs(mean(margins))).toBeLessThanOrEqual(0.5 + Math.abs(cost.mean) * 1e-9);
          const price = priceFor(cost.mean, percent / 100);
          expect(Math.abs(price - cost.mean - (price * percent) / 100)).toBeLessThanOrEqual(1 + price * 1e-9);
        },
      ),
    );
  });

  it('of wider coverage is never less, in any draw and at every quantile', () => {
    const wider = [
      ['time-and-materials', 'pm-only'],
      ['time-and-materials', 'labour-only'],
      ['pm-only', 'full-service'],
      ['labour-only', 'full-service'],
      ['parts-only', 'full-service'],
      ['full-service', 'uptime'],
    ] as const;
    fc.assert(
      fc.property(question, fc.constantFrom(...wider), (asked, [less, more]) => {
        for (const draw of asked.draws) {
          expect(costInDraw(draw, more, asked)).toBeGreaterThanOrEqual(costInDraw(draw, less, asked));
        }
        const [a, b] = [costOfType(less, asked), costOfType(more, asked)];
        expect(b.mean).toBeGreaterThanOrEqual(a.mean);
        expect(b.p50).toBeGreaterThanOrEqual(a.p50);
        expect(b.p90).toBeGreaterThanOrEqual(a.p90);
      }),
    );
  });

  it('at 90 % are never below those at 50 %, nor these below those at 10 %', () => {
    fc.assert(
      fc.property(question, fc.constantFrom(...CONTRACT_TYPES), (asked, type) => {
        const { p10, p50, p90 } = costOfType(type, asked);
        expect(p90).toBeGreaterThanOrEqual(p50);
        expect(p50).toBeGreaterThanOrEqual(p10);
        const rate = hourlyRate(asked, (draw) => minorOfDraw(draw, 'failure', 'parts'));
        if (rate !== null) expect(rate.p90).toBeGreaterThanOrEqual(rate.p50);
      }),
    );
  });

  it('follow from the seed alone', () => {
    fc.assert(
      fc.property(model, fc.integer(), (asked, seed) => {
        const run = () => simulateService(asked, 10, seededRandom(seed));
        expect(run()).toEqual(run());
      }),
      { numRuns: 30 },
    );
    expect(seedOf('K-1')).toBe(seedOf('K-1'));
    expect(seedOf('K-1')).not.toBe(seedOf('K-2'));
  });

  it('splits every draw into what is covered and what is billed at cost', () => {
    fc.assert(
      fc.property(question, fc.constantFrom(...CONTRACT_TYPES), ({ draws, tariff }, type) => {
        for (const draw of draws) {
          const { coveredMinor, beyondMinor } = provisionOf(draw, type);
          const whole = (['failure', 'planned', 'own'] as const).reduce(
            (sum, kind) => sum + JOB_ELEMENTS.reduce((part, element) => part + minorOfDraw(draw, kind, element), 0),
            0,
          );
          expect(coveredMinor + beyondMinor).toBe(whole);
          expect(billedOf(draw, type, tariff)).toBe(beyondMinor);
        }
      }),
    );
  });
});

describe('the simulation', () => {
  const PART: PastJob = {
    kind: 'failure',
    minor: new Float64Array(7),
    visits: 1,
    labourHours: 2,
    downtimeMinutes: 600,
  };
  const never = { hours: 0, jobs: [] };
  const failuresOf = (hazard: ServiceModel['groups'][number]['hazard'], age: number, hours: number): number => {
    const group = { hazard, agesHours: Float64Array.of(age), jobs: [PART], replaced: never };
    const random = seededRandom(7);
    return mean(
      Array.from({ length: 40_000 }, () => drawService({ hours, upkeep: [], groups: [group] }, random).failures),
    );
  };

  it('fails a worn component as often as the Weibull says of its age', () => {
    const hazard = { kind: 'weibull', shape: 2, scaleHours: 1000, scaleLogSd: 0 } as const;
    // P(fail in 100 | age 600) = 0.1219, and hardly ever twice.
    expect(failuresOf(hazard, 600, 100)).toBeCloseTo(0.1219 + 0.0005, 2);
  });

  it('fails at the rate that was observed', () => {
    expect(failuresOf({ kind: 'rate', failures: 5, hours: 10_000 }, 0, 1000)).toBeCloseTo(0.5, 1);
  });

  it('draws a gamma of its mean and variance', () => {
    const random = seededRandom(3);
    for (const shape of [0.5, 1, 7]) {
      const values = Array.from({ length: 40_000 }, () => gamma(shape, random));
      expect(mean(values)).toBeGreaterThan(shape * 0.97);
      expect(mean(values)).toBeLessThan(shape * 1.03);
      expect(mean(values.map((value) => (value - shape) ** 2)) / shape).toBeGreaterThan(0.9);
      expect(mean(values.map((value) => (value - shape) ** 2)) / shape).toBeLessThan(1.1);
    }
  });

  it('replaces ahead of failures as often as it was done, and what was replaced fails less', () => {
    const replacement = { ...PART, downtimeMinutes: 0, minor: Float64Array.of(0, 1_000, 0, 0, 0, 0, 0) };
    const drawn = (count: number) => {
      const replaced = { hours: 4_000, jobs: Array.from({ length: count }, () => replacement) };
      const hazard = { kind: 'weibull', shape: 3, scaleHours: 900, scaleLogSd: 0 } as const;
      const group = { hazard, agesHours: Float64Array.of(0, 400), jobs: [PART], replaced };
      const draws = simulateService({ hours: 1_000, upkeep: [], groups: [group] }, 20_000, seededRandom(11));
      return {
        failures: mean(draws.map(({ failures }) => failures)),
        replacements: mean(draws.map((draw) => minorOfDraw(draw, 'failure', 'parts') / 1_000)),
        jobs: mean(draws.map(({ jobs }) => jobs)),
      };
    };
    const [without, some, many] = [drawn(0), drawn(8), drawn(40)];
    expect(without.replacements).toBe(0);
    // 8 in 4,000 hours are 4 in the 1,000 of two components.
    expect(some.replacements).toBeGreaterThan(3.9);
    expect(some.replacements).toBeLessThan(4.1);
    expect(some.failures).toBeLessThan(without.failures * 0.7);
    expect(many.failures).toBeLessThan(some.failures * 0.3);
    expect(some.jobs).toBeCloseTo(some.failures + some.replacements, 9);
  });

  it('replaces also what nobody knows the failures of', () => {
    const group = { hazard: null, agesHours: Float64Array.of(0), jobs: [], replaced: { hours: 1_000, jobs: [PART] } };
    const draws = simulateService({ hours: 1_000, upkeep: [], groups: [group] }, 20_000, seededRandom(5));
    expect(mean(draws.map(({ jobs }) => jobs))).toBeCloseTo(1, 1);
    expect(draws.every(({ failures }) => failures === 0)).toBe(true);
  });

  it('tells when in the span a failure stood still, and of what share shared cost is carried', () => {
    fc.assert(
      fc.property(model, fc.integer(), (asked, seed) => {
        for (const { atHours, minutes } of drawService(asked, seededRandom(seed)).downtimes) {
          expect(atHours >= 0 && atHours < asked.hours && minutes > 0).toBe(true);
        }
      }),
    );
    expect(loaded(1000, 250_000)).toBe(1250);
    expect(quantile([3, 1, 2], 0.5)).toBe(2);
  });
});

describe('entitlement', () => {
  const tariff = { hourMinor: 40_000n, visitMinor: 80_000n, partsMarkupPercent: 12.5 };

  it('beyond the included would be billed by the tariff, and nothing within it', () => {
    expect(overrunOf('visits', 7, 4, tariff)).toEqual({ over: 3, billMinor: 240_000n });
    expect(overrunOf('hours', 22.5, 20, tariff)).toEqual({ over: 2.5, billMinor: 100_000n });
    expect(overrunOf('parts', 150_000, 100_000, tariff)).toEqual({ over: 50_000, billMinor: 56_250n });
    expect(overrunOf('visits', 7, 4, { ...tariff, visitMinor: null }).billMinor).toBeNull();
    const kind = fc.constantFrom('visits' as const, 'hours' as const, 'parts' as const);
    fc.assert(
      fc.property(
        kind,
        fc.integer({ min: 0, max: 10_000 }),
        fc.integer({ min: 1, max: 10_000 }),
        (one, used, included) => {
          const { over, billMinor } = overrunOf(one, used, included, tariff);
          expect(over).toBe(Math.max(0, used - included));
          expect((billMinor ?? 0n) > 0n).toBe(used > included);
          const more = overrunOf(one, used + 1, included, tariff).billMinor ?? 0n;
          expect(more >= (billMinor ?? 0n)).toBe(true);
        },
      ),
    );
  });

  it('of the whole year is what is used and what is to come at this pace, within its interval', () => {
    const year = { fromDay: 0, today: 73, toDay: 365 };
    expect(entitlementUse(10, 20, 10, year).atEnd.expected).toBeCloseTo(50, 9);
    expect(entitlementUse(0, 20, 0, year).atEnd).toEqual({ expected: 0, low: 0, high: 0 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 400 }), (used, today) => {
        const { expected, low, high } = entitlementUse(used, 20, used, { ...year, today }).atEnd;
        expect(used).toBeLessThanOrEqual(low);
        expect(low).toBeLessThanOrEqual(expected);
        expect(expected).toBeLessThanOrEqual(high);
      }),
    );
  });

  it('is gone earlier at the upper pace than at the lower, and today when it is used up', () => {
    const year = { fromDay: 0, today: 100, toDay: 365 };
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 60 }), (used, included) => {
        const { gone } = entitlementUse(used, included, used, year);
        const last = (day: number | null) => day ?? Number.POSITIVE_INFINITY;
        expect(last(gone.earliest)).toBeLessThanOrEqual(last(gone.day));
        expect(last(gone.day)).toBeLessThanOrEqual(last(gone.latest));
        if (used >= included) expect(gone.day).toBe(100);
      }),
    );
    expect(entitlementUse(10, 20, 10, year).gone.day).toBe(200);
    expect(entitlementUse(0, 20, 0, year).gone.day).toBeNull();
    expect(countBounds(10).low).toBeCloseTo(6.22, 1);
    expect(countBounds(10).high).toBeCloseTo(15.41, 1);
  });
});
