// What is wrong with the values and not with the device: another unit, a sensor that stands still, a driver that changes, a
// product that changes. Named, unknown, or learned anew; never healthy and never a failure.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Product } from '../../../src/contracts/product.ts';
import { type Assessor, createAssessor, type Effect, type Slice } from '../../../src/predictor/core/assess.ts';
import { atMiddle, newDriverFit } from '../../../src/predictor/core/driver.ts';
import { planOf } from '../../../src/predictor/core/plan.ts';
import { forgetProduct, noteStuck } from '../../../src/predictor/core/repair.ts';
import { type DeviceState, newDeviceState } from '../../../src/predictor/core/state.ts';
import { conversionsOf } from '../../../src/predictor/core/unit-change.ts';
import { createRandom } from '../../../src/simulators/random.ts';
import { COOLER, DAY, headWear, HOUR, signals, START } from '../../support/predictor-signals.ts';

const PLAN = planOf(COOLER);
const causesOf = (effects: readonly Effect[], kind: 'raise' | 'clear'): string[] =>
  effects.flatMap((effect) =>
    effect.kind !== kind
      ? []
      : effect.kind === 'clear'
        ? effect.cause
        : (effect as { subject: { cause: string } }).subject.cause,
  );
const feed = (assessor: Assessor, slices: readonly Slice[]): Effect[] => slices.flatMap((one) => assessor.observe(one));

/** The same commits with a metric's values told otherwise from a day on, up to another. */
function told(
  slices: readonly Slice[],
  metric: string,
  days: readonly [number, number],
  say: (value: number) => number,
) {
  const [fromMs, toMs] = days.map((day) => START + day * DAY) as [number, number];
  return slices.map((slice) => ({
    ...slice,
    readings: slice.readings.map((reading) =>
      reading.metric === metric && reading.measuredAtMs >= fromMs && reading.measuredAtMs < toMs
        ? { ...reading, value: say(reading.value) }
        : reading,
    ),
  }));
}

const healthOf = (effects: readonly Effect[], component: string): number | null | undefined =>
  effects
    .flatMap((effect) => (effect.kind === 'health' ? effect.components : []))
    .findLast((one) => one.component.code === component)?.health;

describe('a metric that changes unit', () => {
  test.each([
    ['pressure', (kPa: number) => kPa / 100, 'bar'],
    ['pressure', (kPa: number) => kPa / 6.894757, '[psi]'],
    ['flow', (perMinute: number) => perMinute / 60, 'L/s'],
    ['head_temp', (kelvin: number) => kelvin - 273.15, 'Cel'],
  ])('%s is named, no failure is found, and its component is not called healthy: %#', (metric, say, unit) => {
    const state = newDeviceState();
    const effects = feed(createAssessor(PLAN, state), told(signals({ days: 40 }), metric, [30, 40], say));
    expect(causesOf(effects, 'raise')).toEqual([`unit:${metric}`]);
    expect(state.series.find((one) => one.metric === metric)?.unitDoubt?.to).toBe(unit);
    expect(healthOf(effects, metric === 'flow' ? 'pump' : 'head')).toBeNull();
  });

  test.each([
    ['flow', 18.02],
    ['pressure', 1 / 18.02],
  ])('%s to one nobody has listed: a jump to %d times the normal, as steady as before, is named', (metric, ratio) => {
    const state = newDeviceState();
    const scaled = told(signals({ days: 40 }), metric, [30, 35], (value) => value * ratio);
    const effects = feed(createAssessor(PLAN, state), scaled);
    expect(causesOf(effects, 'raise')).toEqual([`unit:${metric}`]);
    expect(causesOf(effects, 'clear')).toEqual([`unit:${metric}`]);
    const raised = effects.find((effect) => effect.kind === 'raise');
    expect(raised).toMatchObject({
      finding: {
        timeLeft: null,
        reason: { en: expect.stringMatching(metric === 'flow' ? /at 18 times/ : /at 0\.05/) },
      },
    });
  });

  test('where a failure mode shows as such a fall, it is a failure and no unit', () => {
    const fallen = told(signals({ days: 40 }), 'flow', [30, 40], (value) => value / 18.02);
    const causes = causesOf(feed(createAssessor(PLAN, newDeviceState()), fallen), 'raise');
    expect(causes).not.toContain('unit:flow');
    expect(causes).toContain('pump/fouling');
  });

  test('is over when the values fit again, and wear is found as before', () => {
    const slices = told(signals({ days: 90, shift: headWear(45) }), 'flow', [30, 35], (value) => value / 60);
    const effects = feed(createAssessor(PLAN, newDeviceState()), slices);
    expect(causesOf(effects, 'raise')).toEqual(['unit:flow', 'head/wear']);
    expect(causesOf(effects, 'clear')).toEqual(['unit:flow']);
  });

  test('a unit declared anew is learned anew, without a word of alarm', () => {
    const state = newDeviceState();
    feed(createAssessor(PLAN, state), signals({ days: 30 }));
    const metrics = COOLER.metrics.map((metric) =>
      metric.code === 'flow' ? { ...metric, unit: 'L/s', normalMin: 0.46, normalMax: 0.57, noticeable: 0.016 } : metric,
    );
    const components = COOLER.components.filter(({ code }) => code === 'head');
    const later = told(signals({ days: 60 }), 'flow', [0, 60], (value) => value / 60).slice(30 * 24);
    const effects = feed(createAssessor(planOf({ ...COOLER, metrics, components }), state), later);
    expect(causesOf(effects, 'raise')).toEqual([]);
  });

  test('a part that fails is no change of unit', () => {
    const failed = told(signals({ days: 40 }), 'flow', [30, 40], (value) => value * 0.4);
    expect(causesOf(feed(createAssessor(PLAN, newDeviceState()), failed), 'raise')).toEqual(['pump/fouling']);
    const dead = told(signals({ days: 40 }), 'flow', [30, 40], () => 0);
    const state = newDeviceState();
    const causes = causesOf(feed(createAssessor(PLAN, state), dead), 'raise');
    // Strange at once, a sign when it has lasted; what was only strange is over by then.
    expect(causes).toEqual(['metric:flow', 'pump/fouling']);
    expect(state.episodes.map(({ cause }) => cause)).toEqual(['pump/fouling']);
  });

  test('law: a conversion there and back gives the value', () => {
    const units = ['Cel', '[degF]', 'K', 'kPa', 'bar', '[psi]', 'mm', 'L/min', '1/min', 'ms', '%'];
    fc.assert(
      fc.property(fc.constantFrom(...units), fc.double({ min: -1e4, max: 1e4, noNaN: true }), (unit, value) => {
        for (const { to, factor, offset } of conversionsOf(unit)) {
          const back = conversionsOf(to).find((one) => one.to === unit);
          if (back === undefined) throw new Error(`${to} does not convert back to ${unit}`);
          expect((value * factor + offset) * back.factor + back.offset).toBeCloseTo(value, 4);
        }
      }),
    );
  });
});

describe('a sensor that stands still', () => {
  test('leaves its component unknown until it moves again, and takes no finding away', () => {
    const state = newDeviceState();
    const assessor = createAssessor(PLAN, state);
    const slices = signals({ days: 80, shift: headWear(45) });
    const [before, during, after] = [slices.slice(0, 60 * 24), slices.slice(60 * 24, 70 * 24), slices.slice(70 * 24)];
    expect(causesOf(feed(assessor, before), 'raise')).toEqual(['head/wear']);
    noteStuck(state, 'flow', START + 60 * DAY);
    noteStuck(state, 'head_temp', START + 60 * DAY);
    noteStuck(state, 'pressure', START + 60 * DAY);
    const learned = () => state.series.map(({ detectors }) => detectors.map(({ readings }) => readings));
    const learnedBefore = learned();
    const meanwhile = feed(assessor, during);
    expect(learned()).toEqual(learnedBefore);
    expect(healthOf(meanwhile, 'pump')).toBeNull();
    expect(healthOf(meanwhile, 'head')).toBeNull();
    expect(causesOf(meanwhile, 'clear')).toEqual([]);
    for (const metric of ['flow', 'head_temp', 'pressure']) noteStuck(state, metric, null);
    expect(healthOf(feed(assessor, after), 'pump')).toBe(100);
  });

  test('widens what is said of a failure, and says why', () => {
    const state = newDeviceState();
    const assessor = createAssessor(PLAN, state);
    const slices = signals({ days: 75, shift: headWear(45) });
    feed(assessor, slices.slice(0, 30 * 24));
    noteStuck(state, 'pressure', START + 30 * DAY);
    const raised = feed(assessor, slices.slice(30 * 24)).find((effect) => effect.kind === 'raise');
    expect(raised).toMatchObject({ finding: { unknown: { metrics: ['pressure'], share: 0.5 } } });
  });
});

describe('a device that became another product', () => {
  test('starts with nothing, and what was open about its old parts is over', () => {
    const state = newDeviceState();
    const slices = signals({ days: 61, shift: headWear(45) });
    feed(createAssessor(PLAN, state), slices.slice(0, 60 * 24));
    forgetProduct(state);
    const other: Product = { ...COOLER, code: 'cooler-2', components: COOLER.components.slice(1) };
    const effects = feed(createAssessor(planOf(other), state), slices.slice(60 * 24));
    expect(causesOf(effects, 'clear')).toEqual(['head/wear']);
    expect(causesOf(effects, 'raise')).toEqual([]);
    expect(state.series.every(({ detectors }) => detectors.every(({ firstMs }) => firstMs >= START + 60 * DAY))).toBe(
      true,
    );
  });
});

describe('a metric judged against what drives it', () => {
  const axis = { metric: 'speed', middle: 50, half: 50 };
  const current = (speed: number): number => 0.4 + 1.3 * (speed / 100) ** 1.5;
  function misses(lossOf: (hour: number) => number): number[] {
    const random = createRandom('driver', 'noise');
    const fit = newDriverFit();
    return Array.from({ length: 2000 }, (_, hour) => {
      const driver = 20 + 70 * random.next();
      const value = current(driver) * (1 + lossOf(hour)) + 0.005 * random.normal();
      return atMiddle(fit, axis, { driver, value, stepMs: HOUR, isAbnormal: false }) ?? Number.NaN;
    });
  }
  const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

  test('says the same whatever the driver does, and shows wear', () => {
    const healthy = misses(() => 0).slice(500);
    const spread = Math.sqrt(meanOf(healthy.map((value) => (value - meanOf(healthy)) ** 2)));
    expect(spread).toBeLessThan(0.02);
    const worn = misses((hour) => (hour > 1500 ? 0.08 : 0)).slice(1600, 1700);
    expect(meanOf(worn) - meanOf(healthy)).toBeGreaterThan(3 * spread);
  });

  test('nothing is said of ground the driver never covered', () => {
    const fit = newDriverFit();
    for (let hour = 0; hour < 300; hour++) {
      atMiddle(fit, axis, {
        driver: 20 + (hour % 10),
        value: current(20 + (hour % 10)),
        stepMs: HOUR,
        isAbnormal: false,
      });
    }
    expect(atMiddle(fit, axis, { driver: 90, value: current(90), stepMs: HOUR, isAbnormal: false })).toBeNull();
    expect(atMiddle(fit, axis, { driver: 25, value: current(25), stepMs: HOUR, isAbnormal: false })).toBeNull();
  });
});

test('a harmless refill inside the band is the new normal; beyond the band it is told', () => {
  const refill = (shift: number) => (atMs: number) => (atMs > START + 40 * DAY ? { flow: shift } : {});
  const states: DeviceState[] = [newDeviceState(), newDeviceState()];
  const [small, large] = [2, 5].map((shift, index) =>
    causesOf(
      feed(createAssessor(PLAN, states[index] as DeviceState), signals({ days: 80, shift: refill(shift) })),
      'raise',
    ),
  );
  expect(small).toEqual([]);
  expect(large).toEqual(['metric:flow']);
});
