// A kill changes no episode: from a snapshot and the readings after its watermark the watch comes to the same episodes as
// one that was never interrupted, wherever it was cut.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Product } from '../../../src/contracts/product.ts';
import { QUALITY } from '../../../src/contracts/readings.ts';
import { createWatch, type WatchedSlice } from '../../../src/ingest/core/device-watch.ts';
import { qualityPlanOf } from '../../../src/ingest/core/quality-plan.ts';
import { type DeviceWatch, type Episode, newDeviceWatch } from '../../../src/ingest/core/quality-state.ts';

const T0 = Date.UTC(2026, 2, 1);
const PRODUCT: Product = {
  code: 'P',
  name: { en: 'P', zh: 'P' },
  line: 'L',
  lineName: { en: 'L', zh: 'L' },
  kind: 'pump',
  modeMetric: 'mode',
  components: [],
  metrics: [
    { code: 'mode', name: { en: 'm', zh: 'm' }, unit: '', kind: 'state', expectedIntervalS: 10 },
    { code: 'flow', name: { en: 'f', zh: 'f' }, unit: '1', kind: 'gauge', expectedIntervalS: 10 },
    { code: 'level', name: { en: 'l', zh: 'l' }, unit: '1', kind: 'gauge', expectedIntervalS: 30, stuckAfterS: 300 },
  ],
};
const PLAN = qualityPlanOf(PRODUCT, 'in-service');

const step = fc.record({
  pauseS: fc.constantFrom(10, 10, 10, 10, 10, 10, 25, 90, 600),
  lateMs: fc.constantFrom(5, 40, 300, -45_000, 90_000, 4_000_000),
  flow: fc.integer({ min: 0, max: 5 }),
  level: fc.option(fc.constantFrom(7, 7, 7, 8)),
  mode: fc.constantFrom('idle', 'treat'),
  isImplausible: fc.boolean(),
});
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

function slicesOf(steps: readonly Step[]): WatchedSlice[] {
  let receivedAtMs = T0;
  return steps.map(({ pauseS, lateMs, flow, level, mode, isImplausible }) => {
    receivedAtMs += pauseS * 1000;
    const at = { measuredAtMs: receivedAtMs - lateMs, quality: QUALITY.good };
    const quality = isImplausible ? QUALITY.implausible : QUALITY.good;
    return {
      receivedAtMs,
      readings: [
        { ...at, metric: 'mode', value: 0, label: mode },
        { ...at, metric: 'flow', value: flow, quality },
        ...(level === null ? [] : [{ ...at, metric: 'level', value: level }]),
      ],
    };
  });
}

/** Episodes by their key, as they were last. */
function collect(into: Map<string, Episode>, watch: ReturnType<typeof createWatch>): void {
  for (const { episode } of watch.book.take()) {
    into.set(JSON.stringify([episode.kind, episode.metric, episode.openedMs]), structuredClone(episode));
  }
}

function run(slices: readonly WatchedSlice[], state: DeviceWatch, into: Map<string, Episode>): void {
  const watch = createWatch(PLAN, state);
  for (const slice of slices) {
    watch.observe(slice);
    collect(into, watch);
  }
}

test('a watch that was cut off and went on from its snapshot finds the same', () => {
  let found = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 120 }), fc.nat(), fc.nat(), (steps, first, second) => {
      const slices = slicesOf(steps);
      const whole = new Map<string, Episode>();
      const unbroken = newDeviceWatch();
      run(slices, unbroken, whole);
      // Stored at `stored`, then on until the kill, which loses what was found since; then from the snapshot again.
      const [stored, killed] = [first % slices.length, second % slices.length].sort((a, b) => a - b) as [
        number,
        number,
      ];
      const kept = new Map<string, Episode>();
      const state = newDeviceWatch();
      run(slices.slice(0, stored), state, kept);
      const snapshot = JSON.parse(JSON.stringify(state)) as DeviceWatch;
      run(slices.slice(stored, killed), state, new Map());
      // Read again from the beginning: what is older than the watermark is not taken twice.
      run(slices, snapshot, kept);
      expect([...kept]).toEqual([...whole]);
      expect(snapshot).toEqual(unbroken);
      found += whole.size;
    }),
    { seed: 20_260_301, numRuns: 150 },
  );
  expect(found).toBeGreaterThan(200);
});
