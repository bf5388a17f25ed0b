// A device put into service beside a fleet of its kind: faults of its first week are found no later and mostly sooner than it would
// find them by itself, its own normal is no fault, and what its peers never had is said on the first day without a job.
import { describe, expect, test } from 'vitest';
import { normalOf } from '../../../src/predictor/core/cold-start/prior.ts';
import { peerKey } from '../../../src/predictor/core/multivariate/peer-normals.ts';
import { planOf } from '../../../src/predictor/core/plan.ts';
import { acceptAsNormal, resetComponent } from '../../../src/predictor/core/repair.ts';
import { type DeviceState, newDeviceState } from '../../../src/predictor/core/state.ts';
import { coupledSignals } from '../../support/coupled-signals.ts';
import { fleetPeers, judge, peerNormal, planFor, slicesOf, type Told } from '../../support/new-devices.ts';
import { COOLER, DAY, HOUR, START } from '../../support/predictor-signals.ts';

const LONG = { timeout: 240_000 };
const kind = 'mri';
const peers = fleetPeers(kind);
const withPeers = planFor(kind, peers);
const alone = planFor(kind);

const firstDay = ({ raised }: Told, about: string): number =>
  ((raised.find(({ subject }) => subject.cause.includes(about))?.atMs ?? Infinity) - START) / DAY;
const copyOf = (state: DeviceState): DeviceState => JSON.parse(JSON.stringify(state)) as DeviceState;

describe('a new device beside 14 peers', LONG, () => {
  test('faults that begin in its first week are found sooner, and named', () => {
    const found = (plan: typeof alone, index: number, failureMode: string): number => {
      const { raised } = judge(plan, slicesOf({ kind, index, days: 40, wears: { failureMode, fromDay: 0 } }));
      return Math.min(...raised.map(({ atMs }) => (atMs - START) / DAY), 40);
    };
    for (const failureMode of ['displacer-wear', 'gradient-fan-failing']) {
      const mean = (plan: typeof alone): number =>
        [0, 1, 2].reduce((sum, index) => sum + found(plan, index, failureMode), 0) / 3;
      expect(mean(withPeers), failureMode).toBeLessThan(mean(alone) - 1);
    }
  });

  test('twenty healthy ones in their first month: no alarm, with peers as without', () => {
    for (const plan of [withPeers, alone]) {
      const raised = Array.from({ length: 20 }, (_, index) => judge(plan, slicesOf({ kind, index, days: 30 })).raised);
      expect(raised.flat().map(({ subject }) => subject.cause)).toEqual([]);
    }
  });

  test('grossly wrong from the first reading on: said within two days of an hourly told device with peers, never without, and as no failure mode', () => {
    const offsets = { chiller_flow: -12 };
    const told = judge(withPeers, slicesOf({ kind, index: 3, days: 20, offsets }));
    expect(firstDay(told, 'peers:chiller_flow')).toBeLessThan(2);
    expect(told.raised.filter(({ subject }) => subject.mode !== null)).toEqual([]);
    expect(told.raised[0]?.finding.reason?.en).toContain('that of the 14 devices of the same product and firmware');
    expect(firstDay(judge(alone, slicesOf({ kind, index: 3, days: 20, offsets })), 'chiller_flow')).toBe(Infinity);
  });
});

describe('what it began from', LONG, () => {
  const plan = planOf(COOLER, [], new Map([[peerKey('', 'flow'), peerNormal({ median: 31, mad: 0.2, spread: 0.4 })]]));
  const flowOf = (state: DeviceState) => state.series.find(({ metric }) => metric === 'flow')?.detectors[0];

  test('law: ended anywhere and read again it says the same, also when other peers were learned meanwhile', () => {
    const slices = coupledSignals({ days: 6, seed: 'restart' });
    const whole = judge(plan, slices);
    for (const cut of [1, 7, 30, 100]) {
      const half = judge(plan, slices.slice(0, cut)).state;
      const others = planOf(COOLER, [], new Map([[peerKey('', 'flow'), peerNormal({ median: 20, devices: 40 })]]));
      const rest = judge(others, slices.slice(cut), copyOf(half));
      expect(copyOf(rest.state).series.map(({ detectors }) => detectors)).toEqual(
        copyOf(whole.state).series.map(({ detectors }) => detectors),
      );
    }
  });

  test('it gives way to the own normal: half way within days, altogether after a month', () => {
    const expectedAfter = (days: number): number => {
      const state = judge(plan, coupledSignals({ days, shift: () => ({ flow: 1.2 }) })).state;
      const detector = flowOf(state);
      return detector === undefined ? NaN : normalOf(detector);
    };
    expect(expectedAfter(1)).toBeGreaterThan(31);
    expect(expectedAfter(8)).toBeGreaterThan(31.9);
    expect(flowOf(judge(plan, coupledSignals({ days: 31 })).state)?.peers).toBeNull();
  });

  test('a replaced component begins from its peers anew; what a person called normal stands by itself', () => {
    const { state } = judge(plan, coupledSignals({ days: 40 }));
    const component = COOLER.components.find(({ failureModes }) =>
      failureModes.some(({ signs }) => signs.some(({ metric }) => metric === 'flow')),
    );
    if (component === undefined) throw new Error('a component has the flow among its signs');
    resetComponent(state, component, START + 40 * DAY);
    judge(plan, coupledSignals({ days: 42 }).slice(40 * 24 + 1), state);
    expect(flowOf(state)?.peers).toMatchObject({ devices: 20, median: 31 });

    const odd = judge(plan, coupledSignals({ days: 3, shift: () => ({ flow: -9 }) })).state;
    expect(odd.episodes.map(({ cause }) => cause)).toEqual(['peers:flow']);
    acceptAsNormal(odd, 'peers:flow');
    expect(flowOf(odd)?.peers).toBeNull();
  });

  test('values in another unit are named on the first day', () => {
    const warm = planOf(
      { ...COOLER, metrics: COOLER.metrics.map((one) => (one.code === 'flow' ? { ...one, unit: 'Cel' } : one)) },
      [],
      new Map([[peerKey('', 'flow'), peerNormal({ median: 31, mad: 0.05, spread: 0.3 })]]),
    );
    const inFahrenheit = coupledSignals({ days: 1 }).map(({ readings, ...slice }) => ({
      ...slice,
      readings: readings.map((one) => (one.metric === 'flow' ? { ...one, value: one.value * 1.8 + 32 } : one)),
    }));
    const { raised } = judge(warm, inFahrenheit);
    expect(raised.map(({ subject, atMs }) => [subject.cause, (atMs - START) / HOUR < 24])).toEqual([
      ['unit:flow', true],
    ]);
  });

  test('control: without peers nothing is claimed of it on the first day', () => {
    const { raised, state } = judge(planOf(COOLER), coupledSignals({ days: 1, shift: () => ({ flow: -9 }) }));
    expect(raised).toEqual([]);
    expect(newDeviceState().health).toEqual(state.health.filter(({ health }) => health !== null));
  });
});
