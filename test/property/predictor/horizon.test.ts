import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columnsOf, type Layout } from '../../../src/predictor/core/horizon/columns.ts';
import { fitHorizonModel, evaluateHorizonModel, type HorizonSet } from '../../../src/predictor/core/horizon/fit.ts';
import { type Happening, playbackOf, type UnitHistory } from '../../../src/predictor/core/horizon/history.ts';
import { layoutOf } from '../../../src/predictor/core/horizon/layout.ts';
import { createRowWriter } from '../../../src/predictor/core/horizon/rows.ts';
import { horizonFrom } from '../../../src/predictor/core/horizon/stored.ts';
import { LOG_SETTINGS, newUnitLog, type UnitLog } from '../../../src/predictor/core/horizon/unit-log.ts';
import { type AskedAnswer, createAsker } from '../../../src/predictor/core/horizon/watch.ts';
import { seededRandom } from '../../../src/predictor/core/random.ts';
import { wearingFleet } from '../../support/horizon-fleet.ts';

const HOUR = 3_600_000;
const END_HOURS = 400;

const LAYOUT: Layout = {
  horizonHours: 24,
  codes: ['a', 'b'],
  components: ['x', 'y'],
  medianLifeHours: [100, null],
  metrics: ['m'],
  statics: [
    { attribute: 'age', value: null },
    { attribute: 'model', value: 'big' },
  ],
};
const NAMES = columnsOf(LAYOUT, LOG_SETTINGS.memoriesMs).map(({ name }) => name);

const hours = fc.integer({ min: 0, max: END_HOURS });
const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({
    atMs: hours.map((at) => at * HOUR),
    kind: fc.constant('event' as const),
    code: fc.constantFrom('a', 'b', 'unheard of'),
  }),
  fc.record({
    atMs: hours.map((at) => at * HOUR),
    kind: fc.constantFrom('replaced' as const, 'failed' as const),
    component: fc.constantFrom('x', 'y'),
  }),
);

/** A history of what was drawn, with an hourly metric. */
const histories = fc
  .tuple(fc.array(happening, { maxLength: 60 }), fc.integer({ min: 0, max: 1e6 }))
  .map(([happenings, seed]): UnitHistory => {
    const random = seededRandom(seed);
    const times = Float64Array.from({ length: END_HOURS }, (_, hour) => hour * HOUR);
    return {
      unit: 'u',
      statics: { age: 7, model: 'big' },
      happenings: happenings.sort((a, b) => a.atMs - b.atMs),
      readings: [{ metric: 'm', timesMs: times, values: times.map(() => 5 + random()) }],
      metricsBehind: { x: ['m'] },
    };
  });

const rowOf = (log: UnitLog, atMs: number, history: UnitHistory): number[] => {
  const row = new Float32Array(NAMES.length).fill(-77);
  createRowWriter(LAYOUT, log, history.statics).write(atMs, row);
  return [...row];
};

function rowAt(history: UnitHistory, atMs: number): number[] {
  const log = newUnitLog();
  playbackOf(history, log).playTo(atMs);
  return rowOf(log, atMs, history);
}

const told = (asked: readonly AskedAnswer[]) => asked.map(({ answer, partsOf }) => ({ ...answer, parts: partsOf() }));

describe('the rows of a unit', () => {
  test('law: what comes after an instant changes nothing of its row', () => {
    fc.assert(
      fc.property(histories, hours, (history, at) => {
        const atMs = at * HOUR;
        const known: UnitHistory = {
          ...history,
          happenings: history.happenings.filter((one) => one.atMs <= atMs),
          readings: history.readings.map((one) => ({
            ...one,
            timesMs: one.timesMs.filter((time) => time <= atMs),
            values: one.values.filter((_, index) => (one.timesMs[index] as number) <= atMs),
          })),
        };
        expect(rowAt(history, atMs)).toEqual(rowAt(known, atMs));
      }),
    );
  });

  test('law: written to JSON and read again at any instant, a log goes on bit for bit', () => {
    fc.assert(
      fc.property(histories, hours, (history, cut) => {
        const [whole, first] = [newUnitLog(), newUnitLog()];
        const through = playbackOf(history, whole);
        through.playTo(cut * HOUR);
        playbackOf(history, first).playTo(cut * HOUR);
        const again = JSON.parse(JSON.stringify(first)) as UnitLog;
        const rest: UnitHistory = {
          ...history,
          happenings: history.happenings.filter((one) => one.atMs > cut * HOUR),
          readings: history.readings.map((one) => ({
            ...one,
            timesMs: one.timesMs.filter((time) => time > cut * HOUR),
            values: one.values.filter((_, index) => (one.timesMs[index] as number) > cut * HOUR),
          })),
        };
        through.playTo(END_HOURS * HOUR);
        playbackOf(rest, again).playTo(END_HOURS * HOUR);
        expect(rowOf(again, END_HOURS * HOUR, history)).toEqual(rowOf(whole, END_HOURS * HOUR, history));
      }),
    );
  });

  test('law: another unit of measure moves the level alone', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const inOther = {
          ...history,
          readings: history.readings.map((one) => ({ ...one, values: one.values.map((value) => value * 1.8 + 32) })),
        };
        const [own, other] = [rowAt(history, END_HOURS * HOUR), rowAt(inOther, END_HOURS * HOUR)];
        NAMES.forEach((name, index) => {
          if (name.startsWith('metric-level')) return;
          if (Number.isNaN(own[index])) expect(other[index]).toBeNaN();
          else expect(other[index]).toBeCloseTo(own[index] as number, 2);
        });
      }),
      { numRuns: 30 },
    );
  });

  test('every column has its value in its place', () => {
    const history: UnitHistory = {
      unit: 'u',
      statics: { age: 7, model: 'big' },
      happenings: [
        { atMs: 0, kind: 'replaced', component: 'x' },
        { atMs: 30 * HOUR, kind: 'event', code: 'a' },
        { atMs: 75 * HOUR, kind: 'event', code: 'a' },
        { atMs: 78 * HOUR, kind: 'event', code: 'unheard of' },
        { atMs: 80 * HOUR, kind: 'failed', component: 'y' },
      ],
      readings: [],
    };
    const row = rowAt(history, 80 * HOUR);
    expect(row).not.toContain(-77);
    expect(Object.fromEntries(NAMES.map((name, index) => [name, row[index]]))).toMatchObject({
      'clock-hour': 8,
      'since-visit': 80,
      'since-any-event': 5,
      'any-event-count:24h': 1,
      'event-count:a:6h': 1,
      'event-count:a:24h': 1,
      'event-count:a:168h': 2,
      'since-event:a': 5,
      'event-clock-hour:a': 3,
      'event-count:b:24h': 0,
      'since-event:b': Number.NaN,
      'component-age:x': 80,
      'component-life-share:x': expect.closeTo(0.8, 5) as number,
      'component-age:y': Number.NaN,
      'component-failures:y': 1,
      'attribute:age': 7,
      'attribute:model=big': 1,
      'metric-deviation:m:3h': Number.NaN,
    });
    const log = newUnitLog();
    playbackOf(history, log).playTo(80 * HOUR);
    expect(createRowWriter(LAYOUT, log, {}).strangers(80 * HOUR)).toBe(1);
  });

  test('a log has limits, and says what it left out', () => {
    const log = newUnitLog();
    const happenings = Array.from(
      { length: 300 },
      (_, n): Happening => ({ atMs: n, kind: 'event', code: `c${n % 100}` }),
    );
    playbackOf({ unit: 'u', statics: {}, happenings, readings: [] }, log).playTo(1_000);
    expect(log.events.length).toBe(LOG_SETTINGS.codesLimit);
    expect(log.eventsLeftOut).toBe(300 - 3 * LOG_SETTINGS.codesLimit);
  });
});

describe('a horizon model', () => {
  const set = wearingFleet({ units: 25, seed: 1 });
  const fitted = fitHorizonModel(set, { seed: 1 });

  test('finds what leads to failure on units it has not seen, at its word', () => {
    const { figures: fresh } = evaluateHorizonModel(fitted.content, wearingFleet({ units: 25, seed: 2 }));
    expect(fresh.auc).toBeGreaterThan(0.9);
    expect(fresh.f1).toBeGreaterThan(0.6);
    expect(fresh.brierSkill).toBeGreaterThan(0.45);
    expect(fresh.calibrationError).toBeLessThan(0.01);
    expect(fitted.figures.failures).toBe(
      set.histories.flatMap(failuresOf).filter(({ atMs }) => atMs > 24 * HOUR && atMs <= set.toMs - 24 * HOUR).length,
    );
  });

  test('the same set and seed give the same model, byte for byte; another name of a code gives the same figures', () => {
    expect(JSON.stringify(fitHorizonModel(set, { seed: 1 }).content)).toBe(JSON.stringify(fitted.content));
    const renamed = structuredClone(set);
    for (const { happenings } of renamed.histories) {
      for (const one of happenings) if (one.kind === 'event') one.code = one.code === 'sign' ? 'ε7' : 'noise';
    }
    const other = fitHorizonModel(renamed, { seed: 1 }).figures;
    expect(other.auc).toBeCloseTo(fitted.figures.auc as number, 1);
  });

  test('with failures dealt out to other units and times there is no skill', () => {
    const random = seededRandom(5);
    const deal = (given: HorizonSet): HorizonSet => {
      const dealt = structuredClone(given);
      for (const { happenings } of dealt.histories) {
        for (const one of happenings) if (one.kind === 'failed') one.atMs = given.toMs * random();
        happenings.sort((a, b) => a.atMs - b.atMs);
      }
      return dealt;
    };
    const shuffled = fitHorizonModel(deal(set), { seed: 1 }).content;
    const { figures } = evaluateHorizonModel(shuffled, deal(wearingFleet({ units: 25, seed: 2 })));
    expect(figures.brierSkill).toBeLessThan(0.03);
    expect(figures.auc).toBeLessThan(0.65);
  });

  test('too few failures, no failure and no unit are refused in words', () => {
    const few = structuredClone(wearingFleet({ units: 6, seed: 1 }));
    for (const history of few.histories)
      history.happenings = history.happenings.filter(({ kind }) => kind !== 'failed');
    expect(() => fitHorizonModel(few, { seed: 1 })).toThrow('No component of pump-1 failed 10 times');
    expect(() => fitHorizonModel({ ...few, histories: [] }, { seed: 1 })).toThrow('nothing to learn from');
  });

  test('law: a damaged model is refused, never asked', () => {
    const paths = ['horizonHours', 'layout', 'components', 'anyThreshold', 'ranges', 'kind'] as const;
    for (const path of paths) {
      expect(() => horizonFrom({ ...fitted.content, [path]: null })).toThrow('The horizon model is damaged');
    }
    const other = structuredClone(fitted.content);
    other.layout.codes.push('one more');
    expect(() => horizonFrom(other)).toThrow('other columns');
    const bent = structuredClone(fitted.content);
    (bent.components[0] as (typeof bent.components)[0]).trees.left[0] = 1_000_000;
    expect(() => horizonFrom(bent)).toThrow();
    expect(() => horizonFrom(undefined)).toThrow('not an object');
  });

  test('answers with exact parts; a unit like none it has seen gets a wider interval and decides nothing', () => {
    const asker = createAsker(horizonFrom(JSON.parse(JSON.stringify(fitted.content))), '3');
    const history = set.histories.find((one) => failuresOf(one).some(({ atMs }) => atMs > 200 * HOUR)) as UnitHistory;
    const failedMs = failuresOf(history).find(({ atMs }) => atMs > 200 * HOUR)?.atMs as number;
    const log = newUnitLog();
    playbackOf(history, log).playTo(failedMs - HOUR);
    const [near] = told(asker.ask(log, {}, failedMs - HOUR));
    expect(near).toMatchObject({ component: 'bearing', failureMode: 'worn', version: '3', isStrange: false });
    expect(near?.value).toBeGreaterThan(0.8);
    expect(near?.parts.some(({ column, share }) => column.about === 'sign' && share > 0)).toBe(true);
    expect(near?.parts.reduce((sum, { share }) => sum + Math.abs(share), 0)).toBeLessThanOrEqual(1 + 1e-9);
    const [strange] = told(asker.ask(log, {}, failedMs + 50_000 * HOUR));
    expect(strange?.isStrange).toBe(true);
    const wide = (answer: typeof near): number => (answer?.high ?? 0) - (answer?.low ?? 0);
    expect(wide(strange)).toBeGreaterThan(wide(near));
  });

  test('its layout comes from the training part alone', () => {
    const { codes } = layoutOf(set.histories, { fromMs: 0, toMs: set.toMs, horizonHours: 24 });
    expect(codes).toEqual(['noise', 'sign']);
    const late: UnitHistory = {
      unit: 'late',
      statics: {},
      happenings: Array.from({ length: 9 }, () => ({ atMs: set.toMs + 1, kind: 'event' as const, code: 'later' })),
      readings: [],
    };
    expect(layoutOf([...set.histories, late], { fromMs: 0, toMs: set.toMs, horizonHours: 24 }).codes).toEqual(codes);
  });
});

const failuresOf = ({ happenings }: UnitHistory): Happening[] => happenings.filter(({ kind }) => kind === 'failed');
