// A metric that behaves as never before, in a way no failure mode knows: told as unusual in both languages, once, and not
// where a failure mode explains it. What a channel does not know is an answer.
import { describe, expect, test } from 'vitest';
import { createAssessor, type Slice } from '../../../src/predictor/core/assess.ts';
import { standingOf } from '../../../src/predictor/core/channels/standing.ts';
import { planOf } from '../../../src/predictor/core/plan.ts';
import { resetComponent } from '../../../src/predictor/core/repair.ts';
import { type DeviceState, newDeviceState } from '../../../src/predictor/core/state.ts';
import { COOLER, DAY, headWear, HOUR, type Shift, signals, START } from '../../support/predictor-signals.ts';

const PLAN = planOf(COOLER);
/** Swings of an hour up and an hour down, much wider than ever, for half a day. */
const swings: Shift = (atMs) => {
  const hours = (atMs - START) / HOUR;
  const isOn = hours >= 60 * 24 && hours < 60 * 24 + 12;
  return isOn ? { flow: Math.floor(hours) % 2 === 0 ? 12 : -12 } : {};
};

function judge(slices: readonly Slice[], state: DeviceState = newDeviceState()) {
  const assessor = createAssessor(PLAN, state);
  const effects = slices.flatMap((slice) => assessor.observe(slice));
  return { state, raised: effects.flatMap((effect) => (effect.kind === 'raise' ? [effect] : [])) };
}

describe('unusual', () => {
  test('swings that no failure mode knows: one episode, within hours, with the ways it is strange in words', () => {
    const { raised } = judge(signals({ days: 70, shift: swings }));
    expect(raised.map(({ subject }) => subject.cause)).toEqual(['metric:flow']);
    expect((raised[0]?.atMs ?? 0) - (START + 60 * DAY)).toBeLessThan(6 * HOUR);
    expect(raised[0]?.finding.reason?.en).toMatch(/^Flow is unusual for this unit since .*: .+/);
    expect(raised[0]?.finding.reason?.zh).toMatch(/^流量自.*起与本机以往不同：/);
  });

  test('wear that a failure mode explains is told as that alone', () => {
    const { raised } = judge(signals({ days: 90, shift: headWear(45) }));
    expect(raised.map(({ subject }) => subject.cause)).toEqual(['head/wear']);
  });

  test('standing: learning at first, normal, stale after a day of silence, learning again after a repair', () => {
    const { state } = judge(signals({ days: 30 }));
    const flow = state.series.find(({ metric }) => metric === 'flow');
    const early = judge(signals({ days: 2 })).state.series.find(({ metric }) => metric === 'flow');
    if (flow === undefined || early === undefined) throw new Error('flow was not judged');
    expect(standingOf(early, START + 2 * DAY).standing).toBe('learning');
    expect(standingOf(flow, START + 30 * DAY).standing).toBe('normal');
    expect(standingOf(flow, START + 32 * DAY).standing).toBe('stale');
    const pump = COOLER.components.find(({ code }) => code === 'pump');
    if (pump !== undefined) resetComponent(state, pump, START + 30 * DAY);
    expect(standingOf(flow, START + 30 * DAY).standing).toBe('learning');
  });
});
