// What the quality watch finds on simulated fleets: nothing on a clean one, everything that was injected on a faulty one.
import { describe, expect, test } from 'vitest';
import type { QualityKind } from '../../../src/contracts/quality.ts';
import { DAY_MS, HOUR_MS } from '../../../src/contracts/time.ts';
import type { Episode } from '../../../src/ingest/core/quality-state.ts';
import type { ChannelFault } from '../../../src/simulators/channel.ts';
import { PRODUCTS } from '../../../src/simulators/catalogue/products.ts';
import { type DeviceIdentity, identifyFleet } from '../../../src/simulators/fleet.ts';
import { KINDS } from '../../../src/simulators/models/kind-model.ts';
import { watchSimulated } from './simulated-hospital.ts';

const MINUTE_MS = 60_000;
const FROM_MS = Date.UTC(2026, 2, 2);
const SEED = 'quality';
const fleet = (devices: number): DeviceIdentity[] => identifyFleet({ devices, kinds: KINDS, prefix: 'Q' });

interface Injected {
  fault: Omit<ChannelFault, 'fromMs' | 'toMs'> & { lastsMs: number };
  /** Any of these kinds tells it. */
  foundAs: readonly QualityKind[];
}

/** Each well above the thresholds; half a day in, when habits are known. */
const INJECTED: readonly Injected[] = [
  { fault: { kind: 'gap', amountMs: 0, lastsMs: 40 * MINUTE_MS }, foundAs: ['gap'] },
  { fault: { kind: 'backlog', amountMs: 0, lastsMs: 90 * MINUTE_MS }, foundAs: ['stale'] },
  { fault: { kind: 'clock-step', amountMs: 20 * MINUTE_MS, lastsMs: 6 * HOUR_MS }, foundAs: ['clock-skew'] },
  { fault: { kind: 'clock-step', amountMs: -20 * MINUTE_MS, lastsMs: 6 * HOUR_MS }, foundAs: ['clock-step'] },
  { fault: { kind: 'clock-drift', amountMs: 8_000, lastsMs: 10 * HOUR_MS }, foundAs: ['clock-drift'] },
];

/** Gauges that stand still by nature: counted errors, idle drives, temperatures of a cabin in steps of a tenth. */
const SELDOM = new Set([
  'gradient_temp',
  'rf_reflected',
  'room_temp',
  'tube_arcs',
  'filament_current',
  'tube_current_error',
  'slipring_errors',
  'detector_temp',
  'blower_speed',
]);

const isFoundIn = (episodes: readonly Episode[], { foundAs }: Injected, fromMs: number, toMs: number): boolean =>
  episodes.some(
    ({ kind, openedMs, closedMs }) =>
      foundAs.includes(kind) && openedMs < toMs + HOUR_MS && (closedMs ?? Number.POSITIVE_INFINITY) >= fromMs - HOUR_MS,
  );

describe('a simulated fleet', () => {
  test('that is clean has no episode', () => {
    const devices = fleet(12);
    const days = 2;
    const found = devices.flatMap((identity) =>
      watchSimulated({ identity, fromMs: FROM_MS, toMs: FROM_MS + days * DAY_MS, seed: SEED, faults: [] }),
    );
    console.info(`clean: ${found.length} episodes in ${devices.length * days} device-days`);
    expect(found).toEqual([]);
  });

  test.each(INJECTED)('tells $fault.kind of $fault.amountMs ms on every kind of device', (injected) => {
    const { lastsMs, ...fault } = injected.fault;
    const fromMs = FROM_MS + 12 * HOUR_MS + 1;
    const span = { fromMs, toMs: fromMs + lastsMs };
    const missed = fleet(6).filter((identity) => {
      const run = { identity, fromMs: FROM_MS, toMs: FROM_MS + DAY_MS, seed: SEED, faults: [{ ...fault, ...span }] };
      return !isFoundIn(watchSimulated(run), injected, span.fromMs, span.toMs);
    });
    expect(missed.map(({ id }) => id)).toEqual([]);
  });

  test('tells the gauges that stick for twelve hours, but for those that seldom change or rest where they stuck', () => {
    const fromMs = FROM_MS + 2 * DAY_MS;
    const span = { fromMs, toMs: fromMs + 12 * HOUR_MS };
    let injected = 0;
    const missed: string[] = [];
    for (const identity of fleet(6)) {
      const gauges = PRODUCTS[identity.kind].metrics.filter(({ kind }) => kind === 'gauge');
      const faults = gauges.map(({ code }): ChannelFault => ({ kind: 'stuck', amountMs: 0, metric: code, ...span }));
      const found = watchSimulated({ identity, fromMs: FROM_MS, toMs: span.toMs, seed: SEED, faults });
      const told = new Set(found.filter(({ kind }) => kind === 'stuck').map(({ metric }) => metric));
      expect(found.filter(({ kind }) => kind !== 'stuck')).toEqual([]);
      injected += gauges.length;
      missed.push(...gauges.flatMap(({ code }) => (told.has(code) ? [] : [code])));
    }
    console.info(`stuck: ${injected - missed.length} of ${injected} gauges told; not: ${missed.join(', ')}`);
    expect(missed.filter((metric) => !SELDOM.has(metric))).toEqual([]);
  });
});
