// The scoring of alarms against known faults, on cases made by hand, and the suite on a fleet of a few units.
import { describe, expect, test } from 'vitest';
import { createEwmaChart, createZScore } from '../../../../src/predictor/evaluation/peers/control-charts.ts';
import { coupledUnit } from '../../../../src/predictor/evaluation/simulated/coupled-units.ts';
import type { InjectedFault, SimulatedUnit } from '../../../../src/predictor/evaluation/simulated/fleet.ts';
import { type Alarm, scoreUnit } from '../../../../src/predictor/evaluation/simulated/scoring.ts';
import { simulatedSuite } from '../../../../src/predictor/evaluation/simulated/suite.ts';
import { createRandom } from '../../../../src/simulators/random.ts';
import { simulateFleet } from '../../../../src/simulated-fleet.ts';
import { COOLER, DAY, HOUR, START } from '../../../support/predictor-signals.ts';

const FAILED = START + 100 * DAY;
const wear: InjectedFault = {
  component: 'head',
  failureMode: 'wear',
  kind: 'wear',
  onsetMs: START + 60 * DAY,
  endMs: FAILED,
  repairedMs: FAILED + 10 * HOUR,
};
const lookAlike: InjectedFault = { ...wear, kind: 'look-alike', repairedMs: null };
const unitOf = (...faults: InjectedFault[]): SimulatedUnit => ({
  device: 'C-1',
  product: COOLER,
  fromMs: START,
  toMs: START + 365 * DAY,
  faults,
  slices: () => [],
});
const alarm = (cause: string, fromDay: number, toDay: number): Alarm => ({
  cause,
  fromMs: START + fromDay * DAY,
  toMs: START + toDay * DAY,
});
const leadsOf = (...alarms: Alarm[]) => scoreUnit(unitOf(wear), alarms).faults.map(({ leadMs }) => leadMs);
const falseOf = (unit: SimulatedUnit, ...alarms: Alarm[]) => scoreUnit(unit, alarms).falseAlarms.length;

describe('an alarm against a failure', () => {
  test('in time, of the mode or of one of its signs: its lead counts from the first', () => {
    expect(leadsOf(alarm('head/wear', 80, 100), alarm('metric:pressure', 90, 100))).toEqual([20 * DAY]);
    expect(scoreUnit(unitOf(wear), [alarm('metric:pressure', 90, 100)]).faults).toMatchObject([
      { leadMs: 10 * DAY, namedLeadMs: null },
    ]);
  });

  test('too late to act on is neither right nor false', () => {
    expect(leadsOf(alarm('head/wear', 99.5, 100))).toEqual([null]);
    expect(falseOf(unitOf(wear), alarm('head/wear', 99.5, 100), alarm('metric:flow', 100.2, 101))).toBe(0);
  });

  test('of something else, long gone, or without a failure is false', () => {
    expect(leadsOf(alarm('pump/fouling', 80, 100))).toEqual([null]);
    // The horizon of this mode is 1000 hours: over on day 20 says nothing about day 100.
    expect(falseOf(unitOf(wear), alarm('head/wear', 10, 20))).toBe(1);
    expect(falseOf(unitOf(), alarm('head/wear', 80, 100))).toBe(1);
  });

  test('of a benign cause is false, and told apart', () => {
    const alarms = [alarm('head/wear', 80, 101), alarm('pump/fouling', 80, 101)];
    const { faults, falseAlarms } = scoreUnit(unitOf(lookAlike), alarms);
    expect(faults).toEqual([]);
    expect(falseAlarms.map(({ isLookAlike }) => isLookAlike)).toEqual([true, false]);
  });
});

describe('a control chart', () => {
  test.each([createZScore, createEwmaChart])('learns for a week, then says how many sigmas: %#', (create) => {
    const chart = create();
    const random = createRandom('chart', 'noise');
    const early: number[] = [];
    for (let hour = 0; hour < 24 * 6; hour++) early.push(chart.score(hour * HOUR, 5 + random.normal()));
    expect(early).toEqual(early.map(() => 0));
    for (let hour = 24 * 6; hour < 24 * 30; hour++) chart.score(hour * HOUR, 5 + random.normal());
    const far = Array.from({ length: 10 }, (_, step) => chart.score((24 * 30 + step) * HOUR, 25)).at(-1);
    expect(far).toBeGreaterThan(5);
    expect(chart.score(24 * 31 * HOUR, 5)).toBeLessThan(far as number);
  });
});

test('the suite gives the same figures for the same seed, and others for another', async () => {
  const small = simulatedSuite(
    ({ seed }) => simulateFleet({ seed, unitsPerKind: 1, days: 60 }),
    (seed) => [coupledUnit({ seed, index: 0, days: 60, rampDays: null })],
  );
  const silent = { begin: () => undefined, tell: () => undefined };
  const run = (seed: number) => small.run({ dir: '', seed, scores: null, plots: null, progress: silent });
  const figures = await run(1);
  expect(figures).toEqual(await run(1));
  expect(figures).not.toEqual(await run(2));
  expect(figures.nDeviceYears).toBeCloseTo((6 * 60) / 365.25, 2);
}, 120_000);
