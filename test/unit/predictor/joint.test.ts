// Gauges of a live device that stop going together while each stays as it ever was: one warning about the device with those that
// lead, in both languages, and none where a failure mode explains them.
import { describe, expect, test } from 'vitest';
import { createAssessor, type Effect, type Slice } from '../../../src/predictor/core/assess.ts';
import { planOf } from '../../../src/predictor/core/plan.ts';
import { acceptAsNormal, resetComponent } from '../../../src/predictor/core/repair.ts';
import { type DeviceState, newDeviceState } from '../../../src/predictor/core/state.ts';
import { coupledSignals } from '../../support/coupled-signals.ts';
import { COOLER, DAY, headWear, START } from '../../support/predictor-signals.ts';

const PLAN = planOf(COOLER);

function judge(slices: readonly Slice[], state: DeviceState = newDeviceState()) {
  const assessor = createAssessor(PLAN, state);
  // Episodes in effects go on changing.
  const effects: Effect[] = slices.flatMap((slice) => assessor.observe(slice).map((effect) => structuredClone(effect)));
  return { state, effects, raised: effects.flatMap((effect) => (effect.kind === 'raise' ? [effect] : [])) };
}

describe('gauges of a live device taken together', () => {
  test('flow no longer follows the pressure: one warning with the leading gauges and their shares in both languages', () => {
    const { raised } = judge(coupledSignals({ days: 105, brokenFromDay: 90 }));
    expect(raised.map(({ subject }) => subject.cause)).toEqual(['joint']);
    expect((raised[0]?.atMs ?? 0) - (START + 90 * DAY)).toBeGreaterThan(0);
    expect((raised[0]?.atMs ?? 0) - (START + 90 * DAY)).toBeLessThan(2 * DAY);
    const { contributors = [], reason } = raised[0]?.finding ?? {};
    const named = contributors.map(({ metric }) => metric);
    expect(named.some((metric) => metric === 'flow' || metric === 'pressure')).toBe(true);
    expect(named).not.toContain('head_temp');
    expect(contributors.every(({ told }) => told !== undefined && told.share > 0 && told.share <= 1)).toBe(true);
    expect(reason?.en).toMatch(/as (they|it) used to on this unit since .*\. No known failure mode/);
    expect(reason?.zh).toMatch(/^自.*起，.*对应关系与本机以往不同。与已知故障模式的征兆不符。/);
  });

  test('healthy: nothing in a year', () => {
    expect(judge(coupledSignals({ days: 365 })).raised).toEqual([]);
  });

  test('wear that a failure mode explains is told as that alone from then on', () => {
    const { state, raised } = judge(coupledSignals({ days: 140, shift: headWear(100) }));
    expect(raised.map(({ subject }) => subject.cause)).toContain('head/wear');
    expect(state.episodes.map(({ cause }) => cause)).toEqual(['head/wear']);
  });

  test('law: stored and read back in the middle, the same effects and the same state', () => {
    const slices = coupledSignals({ days: 100, brokenFromDay: 85 });
    const whole = judge(slices);
    for (const share of [0.2, 0.5, 0.79, 0.9]) {
      const cut = Math.floor(slices.length * share);
      const before = judge(slices.slice(0, cut));
      const after = judge(slices.slice(cut), JSON.parse(JSON.stringify(before.state)) as DeviceState);
      expect([...before.effects, ...after.effects]).toEqual(whole.effects);
      expect(JSON.stringify(after.state)).toBe(JSON.stringify(whole.state));
    }
  });

  test('a visit that found no fault, and a repair, have it learned anew', () => {
    const { state } = judge(coupledSignals({ days: 100, brokenFromDay: 90 }));
    const copy = JSON.parse(JSON.stringify(state)) as DeviceState;
    acceptAsNormal(state, 'joint');
    expect(state.joint).toBeUndefined();
    const pump = COOLER.components.find(({ code }) => code === 'pump');
    if (pump !== undefined) resetComponent(copy, pump, START + 100 * DAY);
    expect(copy.joint).toBeUndefined();
  });
});
