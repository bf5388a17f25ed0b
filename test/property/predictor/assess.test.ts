import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Product } from '../../../src/contracts/product.ts';
import { createAssessor, type Effect, type Slice } from '../../../src/predictor/core/assess.ts';
import { type DevicePlan, planOf } from '../../../src/predictor/core/plan.ts';
import { type DeviceState, newDeviceState } from '../../../src/predictor/core/state.ts';
import { COOLER, DAY, headWear, type Shift, signals, START } from '../../support/predictor-signals.ts';

const PLAN = planOf(COOLER);
const RUNS = { numRuns: 12 };

/** Effects as they would be stored: the live episode object is the state's business. */
const told = (effects: readonly Effect[]): unknown[] =>
  effects.map(
    (effect) =>
      JSON.parse(JSON.stringify({ ...effect, episode: null, subject: null, cause: causeOf(effect) })) as unknown,
  );

const causeOf = (effect: Effect): string =>
  effect.kind === 'health' ||
  effect.kind === 'standing' ||
  effect.kind === 'cold-start' ||
  effect.kind === 'detector-day'
    ? ''
    : effect.kind === 'clear'
      ? effect.cause
      : effect.subject.cause;

function run(slices: readonly Slice[], plan: DevicePlan = PLAN, state: DeviceState = newDeviceState()): Effect[] {
  const assessor = createAssessor(plan, state);
  return slices.flatMap((slice) => assessor.observe(slice));
}

/** What the database does to a snapshot: text, and objects whose keys come back in another order. */
function stored(state: DeviceState): DeviceState {
  const reorder = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(reorder);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(([key, inner]): [string, unknown] => [key, reorder(inner)]);
    return Object.fromEntries(entries.sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1)));
  };
  return JSON.parse(JSON.stringify(reorder(JSON.parse(JSON.stringify(state))))) as DeviceState;
}

/** A fault that comes, stays and may go: enough for findings, enrichment and clearing. */
const story = fc.record({
  seed: fc.string({ minLength: 1, maxLength: 6 }),
  from: fc.integer({ min: 20, max: 35 }),
  until: fc.integer({ min: 36, max: 60 }),
  head: fc.constantFrom(0, 0.05, 0.5, -0.5),
  flow: fc.constantFrom(0, -0.6, -4, 3),
});
type Story = typeof story extends fc.Arbitrary<infer T> ? T : never;
const shiftOf =
  ({ from, until, head, flow }: Story): Shift =>
  (atMs) => {
    const day = (atMs - START) / DAY;
    if (day < from || day > until) return {};
    const since = day - from;
    return { head_temp: head * Math.min(since, 5), pressure: head * since * 0.3, flow: flow * Math.min(1, since / 3) };
  };
const slicesOf = (one: Story): Slice[] => signals({ seed: one.seed, days: 70, shift: shiftOf(one) });

describe('judging a stream', () => {
  test('law: no look-ahead, what is told of a prefix does not depend on what follows', () => {
    fc.assert(
      fc.property(story, fc.double({ min: 0, max: 1, noNaN: true }), (one, share) => {
        const slices = slicesOf(one);
        const cut = Math.floor(slices.length * share);
        const whole = told(run(slices));
        const prefix = told(run(slices.slice(0, cut)));
        expect(whole.slice(0, prefix.length)).toEqual(prefix);
      }),
      RUNS,
    );
  });

  test('law: killed and restored at any point, the same effects and the same state', () => {
    fc.assert(
      fc.property(
        story,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 4 }),
        (one, cuts) => {
          const slices = slicesOf(one);
          const undisturbed = newDeviceState();
          const expected = told(run(slices, PLAN, undisturbed));
          const bounds = [
            0,
            ...cuts.map((cut) => Math.floor(cut * slices.length)).sort((a, b) => a - b),
            slices.length,
          ];
          let state = newDeviceState();
          const effects: unknown[] = [];
          for (let index = 1; index < bounds.length; index++) {
            effects.push(...told(run(slices.slice(bounds[index - 1], bounds[index]), PLAN, state)));
            state = stored(state);
          }
          expect(effects).toEqual(expected);
          expect(state).toEqual(stored(undisturbed));
        },
      ),
      RUNS,
    );
  });

  test('law: repeated and late messages change nothing', () => {
    fc.assert(
      fc.property(story, fc.infiniteStream(fc.integer({ min: 0, max: 9 })), (one, chance) => {
        const slices = slicesOf(one);
        const disturbed = slices.flatMap((slice, index) => {
          const again = slices[index - (chance.next().value ?? 0)];
          return again === undefined ? [slice] : [slice, { ...again, receivedAtMs: slice.receivedAtMs }];
        });
        expect(told(run(disturbed))).toEqual(told(run(slices)));
      }),
      RUNS,
    );
  });

  test('law: one open episode per cause, however findings come', () => {
    fc.assert(
      fc.property(story, (one) => {
        const open = new Set<string>();
        for (const effect of run(slicesOf(one))) {
          const cause = causeOf(effect);
          if (effect.kind === 'raise') {
            expect(open).not.toContain(cause);
            open.add(cause);
          }
          if (effect.kind === 'enrich') expect(open).toContain(cause);
          if (effect.kind === 'clear') expect(open.delete(cause)).toBe(true);
        }
      }),
      RUNS,
    );
  });

  test('law: another unit of measure gives the same findings at the same time', () => {
    fc.assert(
      fc.property(
        story,
        fc.integer({ min: -8, max: 12 }),
        fc.integer({ min: -1000, max: 1000 }),
        (one, power, shift) => {
          const scale = 2 ** power;
          const to = (value: number): number => value * scale + shift;
          const product = rescaled(COOLER, scale, to);
          const slices = slicesOf(one);
          const converted = slices.map((slice) => ({
            ...slice,
            readings: slice.readings.map((reading) =>
              SCALED.has(reading.metric) ? { ...reading, value: to(reading.value) } : reading,
            ),
          }));
          const when = (effects: readonly Effect[]): unknown[] =>
            effects
              .filter(({ kind }) => kind !== 'health')
              .map((effect) => [effect.kind, effect.atMs, causeOf(effect)]);
          expect(when(run(converted, planOf(product)))).toEqual(when(run(slices)));
        },
      ),
      RUNS,
    );
  });
});

const SCALED = new Set(['head_temp', 'pressure', 'flow']);
function rescaled(product: Product, scale: number, to: (value: number) => number): Product {
  const metrics = product.metrics.map((metric) =>
    SCALED.has(metric.code)
      ? {
          ...metric,
          // Nobody's unit: what a known unit converts to depends on where its zero is.
          unit: '{scaled}',
          noticeable: (metric.noticeable as number) * scale,
          normalMin: to(metric.normalMin as number),
          normalMax: to(metric.normalMax as number),
        }
      : metric,
  );
  const components = product.components.map((component) => ({
    ...component,
    failureModes: component.failureModes.map((mode) => ({
      ...mode,
      signs: mode.signs.map((sign) => (sign.failsAt === undefined ? sign : { ...sign, failsAt: to(sign.failsAt) })),
    })),
  }));
  return { ...product, metrics, components };
}

describe('an example', () => {
  test('wear of the cold head is found once, with both signs, and weeks ahead', () => {
    const effects = run(signals({ days: 90, shift: headWear(45) }));
    const raised = effects.flatMap((effect) => (effect.kind === 'raise' ? [effect] : []));
    expect(raised.map(causeOf)).toEqual(['head/wear']);
    const foundOnDay = ((raised[0]?.atMs ?? 0) - START) / DAY;
    expect(foundOnDay).toBeGreaterThan(46);
    expect(foundOnDay).toBeLessThan(60);
    const last = effects.flatMap((effect) => (effect.kind === 'enrich' ? [effect] : [])).at(-1);
    expect(last?.finding.contributors.map(({ metric, direction }) => `${metric} ${direction}`).sort()).toEqual([
      'head_temp up',
      'pressure up',
    ]);
    // True time left at day 90: from 4.13 + 0.9 to 5.1.
    expect(last?.finding.timeLeft?.p50).toBeLessThan(24 * 12);
  });

  test('a healthy unit raises nothing in half a year', () => {
    expect(run(signals({ days: 180 })).filter(({ kind }) => kind === 'raise')).toEqual([]);
  });
});
