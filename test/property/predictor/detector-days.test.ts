import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createAssessor, type Slice } from '../../../src/predictor/core/assess.ts';
import { createDayValues } from '../../../src/predictor/core/horizon/day-values.ts';
import {
  closeDay,
  DAY_MEASURES,
  DAY_WINDOWS,
  dayOf,
  type DaysKeeper,
  type DetectorDay,
  noteLoudest,
  openDayAt,
} from '../../../src/predictor/core/horizon/detector-days.ts';
import { evaluateHorizonModel, fitHorizonModel, type HorizonSet } from '../../../src/predictor/core/horizon/fit.ts';
import { sharesOf } from '../../../src/predictor/core/horizon/ranges.ts';
import { horizonFrom } from '../../../src/predictor/core/horizon/stored.ts';
import { newUnitLog } from '../../../src/predictor/core/horizon/unit-log.ts';
import { createAsker } from '../../../src/predictor/core/horizon/watch.ts';
import { planOf } from '../../../src/predictor/core/plan.ts';
import { forgetProduct } from '../../../src/predictor/core/repair.ts';
import { type DeviceState, newDeviceState } from '../../../src/predictor/core/state.ts';
import { wearingFleet, withDetectorDays } from '../../support/horizon-fleet.ts';
import { COOLER, DAY, HOUR, signals, START } from '../../support/predictor-signals.ts';

const PLAN = planOf(COOLER);
const DAYS = 34;

/** A month and a bit of telemetry with a shift of the flow in the middle of it. */
const streams = fc.string({ minLength: 1, maxLength: 6 }).map((seed) =>
  signals({
    seed,
    days: DAYS,
    shift: (atMs) => ({ flow: atMs > START + 25 * DAY && atMs < START + 28 * DAY ? -3 : 0 }),
  }),
);

/** Judges slices, with the state stored and read again before those at `restarts`; days as they were told, and as they are kept. */
function judged(slices: readonly Slice[], restarts: ReadonlySet<number> = new Set()) {
  let state: DeviceState = newDeviceState();
  let assessor = createAssessor(PLAN, state);
  const days: DetectorDay[] = [];
  slices.forEach((slice, index) => {
    if (restarts.has(index)) {
      state = JSON.parse(JSON.stringify(state)) as DeviceState;
      assessor = createAssessor(PLAN, state);
    }
    for (const effect of assessor.observe(slice)) if (effect.kind === 'detector-day') days.push(effect.day);
  });
  return { days, state };
}

/** The same readings in the same order, several commits as one. */
function merged(slices: readonly Slice[], sizes: readonly number[]): Slice[] {
  const batches: Slice[] = [];
  for (let from = 0, turn = 0; from < slices.length; turn++) {
    const taken = slices.slice(from, from + (sizes[turn % sizes.length] as number));
    const receivedAtMs = taken.at(-1)?.receivedAtMs as number;
    batches.push({ receivedAtMs, readings: taken.flatMap(({ readings }) => readings) });
    from += taken.length;
  }
  return batches;
}

const valuesAt = (days: readonly DetectorDay[], atMs: number): number[] => [
  ...createDayValues(DAY_MEASURES, days).at(atMs),
];

describe('days of the detectors', () => {
  test('law: other batches and restarts change no day, and not what is kept of them', () => {
    fc.assert(
      fc.property(
        streams,
        fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 5 }),
        fc.array(fc.nat({ max: 200 }), { maxLength: 4 }),
        (slices, sizes, restarts) => {
          const whole = judged(slices);
          const batches = merged(slices, sizes);
          const other = judged(batches, new Set(restarts));
          expect(other.days).toEqual(whole.days);
          expect(JSON.stringify(other.state.days)).toBe(JSON.stringify(whole.state.days));
          // The last day is not over; of the first nothing is known yet.
          expect(whole.days.at(-1)?.day).toBe(dayOf(START) + DAYS - 2);
          expect(whole.days[0]?.day).toBeGreaterThan(dayOf(START));
          expect(Math.max(...whole.days.map(({ drift }) => drift ?? 0))).toBeGreaterThan(1);
        },
      ),
      { numRuns: 10, seed: 11 },
    );
  });

  test('law: what a device is asked with is what can be learned from it, and nothing of it is known before', () => {
    fc.assert(
      fc.property(streams, fc.integer({ min: 10, max: DAYS * 24 - 1 }), (slices, cut) => {
        const whole = judged(slices);
        const { state } = judged(slices.slice(0, cut));
        const live = valuesAt(state.days?.closed ?? [], state.measuredToMs);
        expect(valuesAt(whole.days, state.measuredToMs)).toEqual(live);
        const other = whole.days.map((day) => (day.closedMs <= state.measuredToMs ? day : { ...day, drift: 99 }));
        expect(valuesAt(other, state.measuredToMs)).toEqual(live);
      }),
      { numRuns: 10, seed: 12 },
    );
  });

  test('law: the loudest of the last day, week and four weeks; of what nobody knows nothing is said', () => {
    const value = fc.option(fc.integer({ min: 0, max: 9 }));
    const days = fc.array(fc.record({ day: fc.nat({ max: 60 }), channel: value, gauges: value, drift: value }));
    fc.assert(
      fc.property(days, fc.integer({ min: 0, max: 70 * 24 }), (drawn, hour) => {
        const unique = [...new Map(drawn.map((one) => [one.day, one])).values()].sort((a, b) => a.day - b.day);
        const told = unique.map((one) => ({ ...one, joint: null, closedMs: (one.day + 1) * DAY + 7 * HOUR }));
        const atMs = hour * HOUR;
        const naive = DAY_MEASURES.flatMap((measure) =>
          DAY_WINDOWS.map((window) => {
            const seen = told.flatMap((one) => {
              const isIn = one.closedMs <= atMs && one.day >= dayOf(atMs) - window;
              return isIn && one[measure] !== null ? [one[measure]] : [];
            });
            return seen.length === 0 ? Number.NaN : Math.max(...seen);
          }),
        );
        expect(valuesAt(told, atMs)).toEqual(naive);
      }),
      { seed: 13 },
    );
  });

  test('what comes late changes no day that is over; a day without anything known is none; a product begins anew', () => {
    const keeper: DaysKeeper = {};
    expect(closeDay(keeper, 10 * DAY)).toBeNull();
    expect(closeDay(keeper, 11 * DAY)).toBeNull();
    noteLoudest(openDayAt(keeper, 11 * DAY + HOUR) as NonNullable<ReturnType<typeof openDayAt>>, 'joint', 2.00049);
    expect(openDayAt(keeper, 10 * DAY)).toBeNull();
    expect(closeDay(keeper, 9 * DAY)).toBeNull();
    const day = { day: 11, closedMs: 13 * DAY, channel: null, gauges: null, drift: null, joint: 2 };
    expect(closeDay(keeper, 13 * DAY)).toEqual(day);
    expect(keeper.days?.closed).toEqual([day]);
    closeDay(keeper, 40 * DAY);
    expect(keeper.days?.closed).toEqual([]);
    const state = { ...newDeviceState(), ...keeper };
    forgetProduct(state);
    expect(state.days).toBeUndefined();
  });
});

/** Failures that nothing tells of but the detectors. */
function knownToDetectors(set: HorizonSet, seed: number): HorizonSet {
  const told = withDetectorDays(set, seed);
  const histories = told.histories.map((history) => {
    // Every component is as old as any other.
    const happenings = history.happenings.filter(({ kind }) => kind === 'failed');
    return { ...history, happenings, readings: [] };
  });
  return { ...told, histories };
}
const withoutDays = (set: HorizonSet): HorizonSet => ({
  ...set,
  histories: set.histories.map(({ unit, statics, happenings, readings }) => ({ unit, statics, happenings, readings })),
});

describe('a model and the days of the detectors', () => {
  const set = knownToDetectors(wearingFleet({ units: 60, seed: 3 }), 4);
  const fresh = knownToDetectors(wearingFleet({ units: 40, seed: 5 }), 6);
  const fitted = fitHorizonModel(set, { seed: 1 });
  const blind = fitHorizonModel(withoutDays(set), { seed: 1 });

  test('where only the detectors know, it learns from them: with them there is skill on new units, without there is none', () => {
    const { figures } = evaluateHorizonModel(fitted.content, fresh);
    const without = evaluateHorizonModel(blind.content, fresh).figures;
    expect(figures.auc).toBeGreaterThan(0.85);
    expect(without.auc).toBeLessThan(0.7);
    const model = horizonFrom(JSON.parse(JSON.stringify(fitted.content)));
    expect(model.layout.detectors).toEqual(['channel', 'gauges', 'drift', 'joint']);
    const trees = model.components[0]?.trees as NonNullable<(typeof model.components)[0]>['trees'];
    const shares = sharesOf(trees);
    const ofDays = trees.columns.reduce(
      (sum, name, at) => sum + (name.startsWith('day-drift') ? (shares[at] as number) : 0),
      0,
    );
    expect(ofDays).toBeGreaterThan(0.4);
  });

  test('one that was trained without them is asked as ever, whatever they say', () => {
    expect(JSON.stringify(blind.content)).not.toContain('day-');
    expect(blind.content.layout).not.toHaveProperty('detectors');
    const asker = createAsker(horizonFrom(JSON.parse(JSON.stringify(blind.content))), '1');
    const answers = (days?: readonly DetectorDay[]) =>
      asker.ask(newUnitLog(), {}, 500 * HOUR, days).map(({ answer, partsOf }) => ({ ...answer, parts: partsOf() }));
    expect(answers(set.histories[0]?.days)).toEqual(answers());
    const other = structuredClone(fitted.content);
    other.layout.detectors = ['unheard' as 'drift'];
    expect(() => horizonFrom(other)).toThrow('detectors are none that are known');
  });
});
