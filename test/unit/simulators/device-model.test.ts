// What a simulated device shows: normal values when healthy, an early sign before every failure, a look-alike that
// passes, a failure that is visible, and a repair that mends.
import { describe, expect, test } from 'vitest';
import { PARTS } from '../../../src/simulators/catalogue/parts.ts';
import { PRODUCTS } from '../../../src/simulators/catalogue/products.ts';
import { createDeviceModel, type DeviceModel } from '../../../src/simulators/device-model.ts';
import { planFault } from '../../../src/simulators/fault-plan.ts';
import { KINDS, type Kind, type Values } from '../../../src/simulators/models/kind-model.ts';
import { KIND_MODELS } from '../../../src/simulators/models/kinds.ts';
import { createRandom } from '../../../src/simulators/random.ts';
import type { FaultKind, PlannedFault } from '../../../src/simulators/wear.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START_MS = Date.parse('2026-03-02T00:00:00Z');
const WEEK_AFTER = 7 * DAY_MS;

const deviceOf = (kind: Kind, plan: readonly PlannedFault[], startMs = START_MS): DeviceModel =>
  createDeviceModel({
    kind,
    deviceId: `T-${kind}`,
    seed: 'test',
    startMs,
    plan,
    hospital: { tier: 'tertiary', utcOffsetHours: 8 },
  });

const specOf = (kind: Kind, failureMode: string) => {
  const spec = KIND_MODELS[kind].faults.find((fault) => fault.failureMode === failureMode);
  if (!spec) throw new Error(`${kind} has no ${failureMode}`);
  return spec;
};
const faultOf = (kind: Kind, failureMode: string, faultKind: FaultKind, wearSpeed = 1): PlannedFault =>
  planFault(specOf(kind, failureMode), wearSpeed, createRandom('plan', failureMode), {
    kind: faultKind,
    onsetMs: START_MS + WEEK_AFTER,
  });

interface Seen {
  mean: number;
  sd: number;
}
/** A blower's wear shows in the current it takes for its speed, so its current is read against a new blower's. */
function signalOf(values: Values, metric: string): number {
  const value = Number(values[metric]);
  return metric === 'blower_current' ? value / (0.43 + 1.3 * (Number(values.blower_speed) / 52_000) ** 1.5) : value;
}

/** Mean and spread of a metric while in its busiest mode, sampled from `fromMs` to `toMs`. */
function watch(device: DeviceModel, metric: string, fromMs: number, toMs: number, stepMs: number): Seen {
  const byMode = new Map<string, number[]>();
  for (let atMs = fromMs; atMs < toMs; atMs += stepMs) {
    const { values } = device.sample(atMs);
    const mode = String(values.mode);
    byMode.set(mode, [...(byMode.get(mode) ?? []), signalOf(values, metric)]);
  }
  const seen = byMode.get('scan') ?? byMode.get('treat') ?? byMode.get('standby') ?? [];
  const mean = seen.reduce((sum, value) => sum + value, 0) / seen.length;
  const sd = Math.sqrt(seen.reduce((sum, value) => sum + (value - mean) ** 2, 0) / seen.length);
  return { mean, sd };
}

describe.each(KINDS)('a healthy %s over a month', (kind) => {
  const product = PRODUCTS[kind];
  const modes = new Map<string, Set<string>>();

  test.each(['2026-01-05', '2026-07-06'])('stays normal and only counts upwards, from %s', (day) => {
    const startMs = Date.parse(`${day}T00:00:00Z`);
    const device = deviceOf(kind, [], startMs);
    const last = new Map<string, number>();
    const outside: string[] = [];
    for (let atMs = startMs; atMs < startMs + 30 * DAY_MS; atMs += 5 * 60_000) {
      const sample = device.sample(atMs);
      expect(Object.keys(sample.values).sort()).toEqual(product.metrics.map(({ code }) => code).sort());
      modes.set(day, (modes.get(day) ?? new Set()).add(String(sample.values.mode)));
      for (const metric of product.metrics) {
        const value = Number(sample.values[metric.code]);
        if (value < (metric.normalMin ?? value) || value > (metric.normalMax ?? value))
          outside.push(`${metric.code} ${value}`);
        if (metric.kind !== 'counter') continue;
        expect(value).toBeGreaterThanOrEqual(last.get(metric.code) ?? 0);
        last.set(metric.code, value);
      }
    }
    expect(outside).toEqual([]);
  });

  test('says which mode it is in', () => {
    const active = KIND_MODELS[kind].usage.active;
    const expected = kind === 'refrigerator' ? ['standby'] : ['standby', 'prepare', active];
    for (const seen of modes.values()) expect([...seen]).toEqual(expect.arrayContaining(expected));
  });

  test('every failure mode of the model is in the catalogue, with its parts, and the other way round', () => {
    const simulated = KIND_MODELS[kind].faults.map(({ component, failureMode }) => `${component}/${failureMode}`);
    const listed = product.components.flatMap(({ code, failureModes }) =>
      failureModes.map((mode) => `${code}/${mode.code}`),
    );
    expect(simulated.sort()).toEqual(listed.sort());
    const metrics = new Set(product.metrics.map(({ code }) => code));
    for (const mode of product.components.flatMap(({ failureModes }) => failureModes)) {
      expect(mode.signs.every(({ metric }) => metrics.has(metric))).toBe(true);
      if (mode.part !== null) expect(PARTS.map(({ code }) => code)).toContain(mode.part);
    }
  });
});

const MODES = KINDS.flatMap((kind) =>
  PRODUCTS[kind].components.flatMap(({ code, failureModes }) =>
    failureModes.map((mode) => ({ kind, component: code, mode })),
  ),
);

describe.each(MODES)('$kind: $mode.code', ({ kind, component, mode }) => {
  const sign = mode.signs[0] as (typeof mode.signs)[number];
  const metric = PRODUCTS[kind].metrics.find(({ code }) => code === sign.metric);
  const stepMs = 7 * 60_000;
  /** Modes whose sign is spread and not level. */
  const isSpread = mode.code === 'uf-pump-wear';
  const shiftOf = (healthy: Seen, later: Seen): number =>
    isSpread ? later.sd - healthy.sd : later.mean - healthy.mean;
  const isTowards = (shift: number): boolean =>
    sign.direction === 'either' || Math.sign(shift) === (sign.direction === 'up' ? 1 : -1);

  test('wear shows a shift before the failure, then the failure shows, then a repair mends it', () => {
    const fault = faultOf(kind, mode.code, 'wear');
    const device = deviceOf(kind, [fault]);
    const healthy = watch(device, sign.metric, START_MS, fault.onsetMs, stepMs);
    const lastDayMs = Math.max(fault.onsetMs, fault.endMs - DAY_MS);
    const late = watch(device, sign.metric, lastDayMs, fault.endMs, stepMs);
    const shift = shiftOf(healthy, late);
    expect(isTowards(shift)).toBe(true);
    expect(Math.abs(shift)).toBeGreaterThan(0.8 * (metric?.noticeable ?? 0));

    const failed = device.sample(fault.endMs + HOUR_MS);
    const isSilent = specOf(kind, mode.code).atFailure === 'silent';
    expect(failed.isOnline).toBe(!isSilent);
    expect(failed.events.map(({ severity }) => severity)).toEqual(['critical']);
    const outside = PRODUCTS[kind].metrics.filter(({ code, normalMin, normalMax }) => {
      const value = Number(failed.values[code]);
      return value < (normalMin ?? value) || value > (normalMax ?? value);
    });
    expect(outside.length).toBeGreaterThan(0);

    device.repair(fault.endMs + 2 * HOUR_MS, component, 'full');
    const mendedMs = fault.endMs + DAY_MS;
    const mended = watch(device, sign.metric, mendedMs, mendedMs + 7 * DAY_MS, stepMs);
    expect(Math.abs(shiftOf(healthy, mended))).toBeLessThan(Math.abs(shift) / 2);
    expect(device.sample(mendedMs + 8 * DAY_MS).isOnline).toBe(true);
    expect(device.truth()).toMatchObject([
      { component, failureMode: mode.code, kind: 'wear', failure: new Date(fault.endMs).toISOString() },
    ]);
  });

  test('a look-alike moves the same metric the same way and goes back without a failure', () => {
    const fault = faultOf(kind, mode.code, 'look-alike');
    const device = deviceOf(kind, [fault]);
    const healthy = watch(device, sign.metric, START_MS, fault.onsetMs, stepMs);
    const spanMs = fault.endMs - fault.onsetMs;
    const peakMs = fault.onsetMs + 0.6 * spanMs;
    const peak = shiftOf(healthy, watch(device, sign.metric, peakMs - 0.15 * spanMs, peakMs + 0.1 * spanMs, stepMs));
    const after = shiftOf(healthy, watch(device, sign.metric, fault.endMs + DAY_MS, fault.endMs + 8 * DAY_MS, stepMs));
    expect(isTowards(peak)).toBe(true);
    expect(Math.abs(after)).toBeLessThan(Math.abs(peak) / 2);
    expect(device.truth()).toMatchObject([{ kind: 'look-alike', failure: null }]);
  });

  test('an abrupt failure gives no warning', () => {
    const fault = faultOf(kind, mode.code, 'abrupt');
    expect(fault.endMs).toBe(fault.onsetMs);
    const doomed = deviceOf(kind, [fault]);
    const sound = deviceOf(kind, []);
    for (let atMs = START_MS; atMs < fault.onsetMs; atMs += HOUR_MS) {
      expect(JSON.stringify(doomed.sample(atMs))).toBe(JSON.stringify(sound.sample(atMs)));
    }
    expect(doomed.sample(fault.onsetMs).events).toHaveLength(1);
  });
});

describe('repairs', () => {
  const at = (offsetMs: number): number => START_MS + WEEK_AFTER + offsetMs;

  test('a full repair in time prevents the failure and the truth says so', () => {
    const fault = faultOf('mri', 'displacer-wear', 'wear');
    const device = deviceOf('mri', [fault]);
    device.sample(at(14 * DAY_MS));
    device.repair(at(14 * DAY_MS), 'cold-head', 'full');
    expect(device.sample(at(14 * DAY_MS) + 60_000).values.mode).toBe('service');
    for (let atMs = at(15 * DAY_MS); atMs < fault.endMs + 30 * DAY_MS; atMs += DAY_MS) {
      expect(device.sample(atMs).events).toEqual([]);
      expect(Number(device.sample(atMs).values.coldhead_temp)).toBeLessThan(4.3);
    }
    expect(device.truth()[0]).toMatchObject({ failure: null, detail: expect.stringContaining('would have failed') });
  });

  test('a partial repair only puts the failure off', () => {
    const fault = faultOf('mri', 'displacer-wear', 'wear');
    const device = deviceOf('mri', [fault]);
    device.repair(fault.endMs - 3 * DAY_MS, 'cold-head', 'partial');
    const failure = device.truth()[0]?.failure;
    expect(Date.parse(String(failure))).toBeGreaterThan(fault.endMs);
    expect(device.sample(Date.parse(String(failure)) - HOUR_MS).events).toEqual([]);
    expect(device.sample(Date.parse(String(failure)) + HOUR_MS).events).toHaveLength(1);
  });

  test('a repair of another component changes nothing', () => {
    const fault = faultOf('ct', 'vacuum-loss', 'wear');
    const device = deviceOf('ct', [fault]);
    device.repair(at(7 * DAY_MS), 'slip-ring', 'full');
    expect(device.sample(fault.endMs + HOUR_MS).events).toHaveLength(1);
  });
});

test('the time scale compresses wear: weeks of drift in minutes', () => {
  const slow = faultOf('mri', 'chiller-pump-wear', 'wear', 1);
  const fast = faultOf('mri', 'chiller-pump-wear', 'wear', 2000);
  expect((slow.endMs - slow.onsetMs) / (fast.endMs - fast.onsetMs)).toBeCloseTo(2000, 0);
  const device = deviceOf('mri', [fast]);
  const before = Number(device.sample(fast.onsetMs).values.chiller_flow);
  const after = Number(device.sample(fast.endMs - 1000).values.chiller_flow);
  expect(after).toBeLessThan(before - 2);
});
