// A metric that behaves as never before, in a way no failure mode knows: told as unusual in both languages, once, and not
// where a failure mode explains it. What a channel does not know is an answer.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createAssessor, type Slice } from '../../../src/predictor/core/assess.ts';
import { createWorkspace, observeChannel } from '../../../src/predictor/core/channels/channel.ts';
import { isOutside } from '../../../src/predictor/core/channels/outside.ts';
import { standingOf } from '../../../src/predictor/core/channels/standing.ts';
import { AT, ChannelState } from '../../../src/predictor/core/channels/state.ts';
import { planOf } from '../../../src/predictor/core/plan.ts';
import { resetComponent } from '../../../src/predictor/core/repair.ts';
import { type DeviceState, newDeviceState } from '../../../src/predictor/core/state.ts';
import { createRandom } from '../../../src/simulators/random.ts';
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

  test('how unlike it must be is set: a higher score says nothing of the same swings', () => {
    const slices = signals({ days: 70, shift: swings });
    const state = newDeviceState();
    const assessor = createAssessor({ ...PLAN, unusualScore: 0.9 }, state);
    const effects = slices.flatMap((slice) => assessor.observe(slice));
    expect(effects.filter(({ kind }) => kind === 'raise')).toEqual([]);
  });

  describe('out of distribution', () => {
    const jump =
      (by: number, hours: number): Shift =>
      (atMs) => {
        const since = (atMs - START) / HOUR - 60 * 24;
        return since >= 0 && since < hours ? { flow: by } : {};
      };
    const standingsOf = (shift: Shift, days: number) => {
      const state = newDeviceState();
      const assessor = createAssessor(PLAN, state);
      const standings: string[] = [];
      const effects = signals({ days, shift }).flatMap((slice) => {
        const told = assessor.observe(slice);
        const flow = state.series.find(({ metric }) => metric === 'flow');
        const atMs = slice.readings[0]?.measuredAtMs ?? 0;
        if (flow !== undefined && atMs >= START + 59 * DAY) standings.push(standingOf(flow, atMs).standing);
        return told;
      });
      return { standings: [...new Set(standings)], effects };
    };

    test('a jump the size of another unit is that, told once, and no failure mode or probability is read from it', () => {
      const { standings, effects } = standingsOf(jump(-500, 12), 61);
      expect(standings).toEqual(['normal', 'out-of-distribution', 'unusual']);
      const raised = effects.flatMap((effect) => (effect.kind === 'raise' ? [effect] : []));
      expect(raised[0]?.subject).toMatchObject({ cause: 'metric:flow', mode: null });
      expect(raised[0]?.finding.reason?.en).toMatch(/far outside of everything .* no probability is given/);
      expect(raised[0]?.finding.reason?.zh).toMatch(/远超本机以往.*不给出概率/);
      expect(raised.filter(({ subject }) => subject.cause === 'metric:flow')).toHaveLength(1);
    });

    test('control: a shift that its declared limits speak of is a failure mode, with its probability', () => {
      const { standings, effects } = standingsOf(jump(-6, 12), 61);
      expect(standings).not.toContain('out-of-distribution');
      const raised = effects.flatMap((effect) => (effect.kind === 'raise' ? [effect.subject.cause] : []));
      expect(raised).toContain('pump/fouling');
    });

    test('law: nothing is outside of what was declared, and a rate after a gap says nothing', () => {
      const channel = ChannelState.create();
      const space = createWorkspace();
      const random = createRandom('outside', 'channel');
      for (let row = 0; row < 500; row++) observeChannel(channel, row * HOUR, random.normal(), space);
      fc.assert(
        fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (value) => {
          expect(isOutside(channel, 500 * HOUR, value, { low: -1e6, high: 1e6 })).toBe(false);
          const isFar = isOutside(channel, 500 * HOUR, value, null);
          if (Math.abs(value) < 10) expect(isFar).toBe(false);
          if (Math.abs(value) > 60) expect(isFar).toBe(true);
        }),
        { seed: 5 },
      );
      const slow = ChannelState.create();
      for (let row = 0; row < 3300; row++) observeChannel(slow, row * HOUR, 50 * Math.sin(row / 300), space);
      const opposite = -(slow.numbers[AT.previous] as number);
      expect(isOutside(slow, 3300 * HOUR, opposite, null)).toBe(true);
      expect(isOutside(slow, 3330 * HOUR, opposite, null)).toBe(false);
    });
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
