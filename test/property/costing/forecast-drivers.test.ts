// Laws of the forecast by drivers: it knows nothing of what came after, cost goes with the units and with how often they fail at
// their ages, and what it says of lives is what the arithmetic of lives says.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Hazard } from '../../../src/costing/core/contract/simulation.ts';
import {
  type DrivenSeries,
  driverBased,
  driversAt,
  type InstalledBase,
} from '../../../src/costing/core/forecast/drivers/driver-model.ts';
import { chanceWithin, endsAhead } from '../../../src/costing/core/forecast/drivers/lives.ts';

const HORIZON = 12;
const MONTHS = 40;
const FIRST = 24_000;
const MONTH_HOURS = 730.5;

const constant = (length: number, value: number): number[] => Array.from({ length }, () => value);

const weibull = (shape: number, scaleMonths: number): Hazard => ({
  kind: 'weibull',
  shape,
  scaleHours: scaleMonths * MONTH_HOURS,
  scaleLogSd: 0,
});
const atRate = (aMonth: number): Hazard => ({ kind: 'rate', failures: 1, hours: MONTH_HOURS / aMonth });

const hazard = fc.oneof(
  fc
    .record({ shape: fc.double({ min: 0.6, max: 4, noNaN: true }), scale: fc.integer({ min: 6, max: 300 }) })
    .map(({ shape, scale }) => weibull(shape, scale)),
  fc.double({ min: 0.001, max: 0.2, noNaN: true }).map(atRate),
);
const month = fc.integer({ min: FIRST - 60, max: FIRST + MONTHS - 1 });
const base = fc.record({
  units: fc.array(fc.record({ since: fc.option(month), count: fc.integer({ min: 1, max: 50 }) }), {
    minLength: 1,
    maxLength: 8,
  }),
  lives: fc.array(
    fc
      .record({
        since: fc.option(month),
        lasted: fc.option(fc.integer({ min: 0, max: 60 })),
        count: fc.integer({ min: 1, max: 50 }),
      })
      .map(({ since, lasted, count }) => ({
        key: 'p c',
        since,
        ended: since === null || lasted === null || since + lasted >= FIRST + MONTHS ? null : since + lasted,
        count,
      })),
    { maxLength: 12 },
  ),
});
const amounts = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: MONTHS, maxLength: MONTHS });
const costs = fc.record({ failure: amounts, planned: amounts, other: amounts });

const seriesOf = (of: InstalledBase, cost: DrivenSeries['costs'], believed: Hazard): DrivenSeries => ({
  firstMonth: FIRST,
  costs: cost,
  base: of,
  hazardsAt: () => new Map([['p c', believed]]),
});
const said = (series: DrivenSeries, months: number) => driverBased(series).forecast(constant(months, 0), HORIZON);
const always = (count: number): InstalledBase => ({
  units: [{ since: null, count }],
  lives: [{ key: 'p c', since: FIRST - 12, ended: null, count }],
});
const flat = (amount: number): DrivenSeries['costs'] => ({
  failure: constant(MONTHS, amount),
  planned: constant(MONTHS, 2 * amount),
  other: constant(MONTHS, 3 * amount),
});

describe('a forecast by drivers', () => {
  it('knows nothing of what came after: other units, lives, ends and costs change nothing that was said before them', () => {
    fc.assert(
      fc.property(
        base,
        base,
        costs,
        costs,
        hazard,
        fc.integer({ min: 6, max: MONTHS - 1 }),
        (one, two, was, other, believed, cut) => {
          const origin = FIRST + cut;
          const later = (since: number | null): boolean => since !== null && since >= origin;
          const mixed: InstalledBase = {
            units: [
              ...one.units.filter(({ since }) => !later(since)),
              ...two.units.filter(({ since }) => later(since)),
            ],
            lives: [
              ...one.lives
                .filter(({ since }) => !later(since))
                .map((life) => (life.ended !== null && life.ended >= origin ? { ...life, ended: null } : life)),
              ...two.lives.filter(({ since }) => later(since)),
            ],
          };
          const changed = (side: keyof typeof was) => [...was[side].slice(0, cut), ...other[side].slice(cut)];
          const future = { failure: changed('failure'), planned: changed('planned'), other: changed('other') };
          for (const months of [cut, Math.max(3, cut - 4)]) {
            expect(said(seriesOf(mixed, future, believed), months)).toEqual(said(seriesOf(one, was, believed), months));
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('goes with cost, and does not mind in what number like units are counted', () => {
    fc.assert(
      fc.property(base, costs, hazard, fc.integer({ min: 2, max: 9 }), (one, was, believed, times) => {
        const own = said(seriesOf(one, was, believed), MONTHS);
        const many = <T extends { count: number }>(all: readonly T[]) =>
          all.map((each) => ({ ...each, count: each.count * times }));
        const more = { units: many(one.units), lives: many(one.lives) };
        const scaled = (side: keyof typeof was) => was[side].map((amount) => amount * times);
        const dearer = { failure: scaled('failure'), planned: scaled('planned'), other: scaled('other') };
        const [counted, cost] = [
          said(seriesOf(more, was, believed), MONTHS),
          said(seriesOf(one, dearer, believed), MONTHS),
        ];
        own?.forEach((amount, step) => {
          expect(counted?.[step]).toBeCloseTo(amount, 2);
          expect((cost?.[step] ?? 0) / times).toBeCloseTo(amount, 2);
        });
        expect(counted === null).toBe(own === null);
      }),
      { numRuns: 200 },
    );
  });

  it('twice the units from the next month on cost twice as much', () => {
    const before = said(seriesOf(always(10), flat(1000), atRate(0.02)), MONTHS);
    const last = FIRST + MONTHS - 1;
    const doubled: InstalledBase = {
      units: [...always(10).units, { since: last, count: 10 }],
      lives: [...always(10).lives, { key: 'p c', since: last, ended: null, count: 10 }],
    };
    const after = said(seriesOf(doubled, flat(1000), atRate(0.02)), MONTHS);
    // The new ones were there for one of the twelve months that are looked back at.
    after?.forEach((amount, step) => expect(amount).toBeCloseTo(((before?.[step] ?? 0) * 2 * 12) / 13, 6));
    expect(before?.[0]).toBeCloseTo(6000, 6);
  });

  it('of components that wear costs more as they age, and of new ones in their place less', () => {
    const wearing = weibull(3, 120);
    const old = driversAt(seriesOf(always(10), flat(1000), wearing), MONTHS, HORIZON);
    const failures = old?.expected.failure ?? [];
    failures.forEach((amount, step) => expect(amount).toBeGreaterThan(step === 0 ? 1000 : (failures[step - 1] ?? 0)));
    expect(old?.expected.planned.every((amount) => Math.abs(amount - 2000) < 1e-6)).toBe(true);
    const renewed = {
      ...always(10),
      lives: [
        { key: 'p c', since: FIRST - 12, ended: FIRST + MONTHS - 2, count: 10 },
        { key: 'p c', since: FIRST + MONTHS - 2, ended: null, count: 10 },
      ],
    };
    const after = driversAt(seriesOf(renewed, flat(1000), wearing), MONTHS, HORIZON);
    expect(after?.expected.failure[0]).toBeLessThan(failures[0] ?? 0);
  });

  it('says nothing before there are units and a few months', () => {
    const none: InstalledBase = { units: [{ since: FIRST + 20, count: 5 }], lives: [] };
    expect(said(seriesOf(none, flat(1000), atRate(0.1)), 20)).toBeNull();
    expect(said(seriesOf(none, flat(1000), atRate(0.1)), 21)).not.toBeNull();
    expect(said(seriesOf(always(3), flat(1000), atRate(0.1)), 2)).toBeNull();
  });
});

describe('lives', () => {
  it('end with the chance of the Weibull: shape 2, scale 1000, 100 more at 600: 0.1219', () => {
    let alive = 1;
    for (let age = 600; age < 700; age += 1) alive *= 1 - chanceWithin(weibull(2, 1000), age);
    expect(1 - alive).toBeCloseTo(0.1219, 4);
  });

  it('that do not age end as often in every month, at any age, whatever was replaced', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.5, noNaN: true }), fc.nat(300), (aMonth, age) => {
        for (const ends of endsAhead(atRate(aMonth), HORIZON)(age)) expect(ends).toBeCloseTo(-Math.expm1(-aMonth), 9);
      }),
    );
  });

  it('end as often as when each way it may go is followed', () => {
    fc.assert(
      fc.property(hazard, fc.nat(60), (believed, age) => {
        // Chance of being at each age, month by month; an end in a month is a new one in the next.
        let ages = new Map([[age, 1]]);
        const followed = Array.from({ length: HORIZON }, () => {
          const next = new Map<number, number>();
          let ended = 0;
          for (const [at, chance] of ages) {
            const end = chance * chanceWithin(believed, at);
            ended += end;
            next.set(at + 1, (next.get(at + 1) ?? 0) + chance - end);
          }
          next.set(0, (next.get(0) ?? 0) + ended);
          ages = next;
          return ended;
        });
        endsAhead(believed, HORIZON)(age).forEach((ends, step) => expect(ends).toBeCloseTo(followed[step] ?? 0, 9));
      }),
    );
  });
});
