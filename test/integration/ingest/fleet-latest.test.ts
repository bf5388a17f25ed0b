// The newest value of every device and metric: right in any order of arrival, in another process within a moment, and
// again after a process was killed with values it had not written down.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EVERYTHING } from '../../../src/contracts/access.ts';
import type { Reading } from '../../../src/contracts/readings.ts';
import { DAY_MS, HOUR_MS } from '../../../src/contracts/time.ts';
import { rollUp } from '../../../src/db/rollups.ts';
import { type FleetLatest, startFleetLatest } from '../../../src/ingest/fleet-latest.ts';
import { readFleetLatest, readLatest } from '../../../src/ingest/latest.ts';
import type { DeviceDirectory } from '../../../src/ingest/ports.ts';
import { insertMissing } from '../../../src/ingest/reading-store.ts';
import { openTestDatabase, silentLog, type TestDatabase } from '../../support/database.ts';
import { registerDevices } from './devices.ts';

const T0 = Date.UTC(2026, 4, 1);
const DEVICES = 6;
const METRICS = ['helium_level', 'scan_count'];
let database: TestDatabase;
let directory: DeviceDirectory;
let latest: FleetLatest;

beforeAll(async () => {
  database = await openTestDatabase();
  directory = await registerDevices(database, DEVICES);
  await database.query('INSERT INTO metric (code) SELECT unnest($1::text[])', [METRICS]);
  latest = startFleetLatest(database, silentLog());
});
afterAll(async () => {
  await latest.close();
  await database.close();
});

const stored = new Map<string, Reading>();

/** Commits readings; `isTold`: this process lives long enough to take note of them. */
async function commit(readings: readonly Reading[], isTold = true): Promise<void> {
  const samples = readings
    .map((one) => ({
      ...one,
      deviceKey: directory.find(one.deviceId)?.id ?? 0,
      metricKey: METRICS.indexOf(one.metric) + 1,
    }))
    .sort((a, b) => a.deviceKey - b.deviceKey || a.measuredAtMs - b.measuredAtMs || a.metricKey - b.metricKey)
    .map(({ deviceId, deviceKey, measuredAtMs, metric, metricKey, value, quality }) => ({
      deviceId,
      deviceKey,
      measuredAtMs,
      metrics: [metric],
      metricKeys: [metricKey],
      values: [value],
      qualities: [quality],
      labels: null,
    }));
  await insertMissing(database, samples, T0);
  if (isTold) latest.observe({ receivedAtMs: T0, readings });
  for (const one of readings) {
    const key = `${one.metric} ${one.deviceId}`;
    if ((stored.get(key)?.measuredAtMs ?? 0) < one.measuredAtMs) stored.set(key, one);
  }
}

async function fleet(): Promise<Map<string, { at: number; value: number }>> {
  const { devices, metrics } = await readFleetLatest(database, {}, EVERYTHING);
  return new Map(
    metrics.flatMap(({ metric, device, at, value }) =>
      device.map((place, i) => [`${metric} ${devices[place]}`, { at: at[i] ?? 0, value: value[i] ?? 0 }] as const),
    ),
  );
}
const expected = () =>
  new Map([...stored].map(([key, { measuredAtMs, value }]) => [key, { at: measuredAtMs, value }] as const));

const reading: fc.Arbitrary<Reading> = fc.record({
  deviceId: fc.integer({ min: 1, max: DEVICES }).map((n) => `dev-${n}`),
  metric: fc.constantFrom(...METRICS),
  measuredAtMs: fc.integer({ min: 0, max: 2 * DAY_MS }).map((ms) => T0 + ms),
  value: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  quality: fc.constantFrom(0, 1),
});
const batch = fc.uniqueArray(reading, {
  minLength: 1,
  maxLength: 30,
  selector: ({ deviceId, metric, measuredAtMs }) => `${deviceId} ${metric} ${measuredAtMs}`,
});

test('is the newest by its own time, in any order of arrival, for the fleet as for one device', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(batch, { minLength: 1, maxLength: 4 }), async (batches) => {
      for (const readings of batches) await commit(readings);
      await latest.flush();
      expect(await fleet()).toEqual(expected());
      const one = await readLatest(database, { load: async (code) => directory.find(code) }, 'dev-3');
      const own = [...expected()].filter(([key]) => key.endsWith(' dev-3'));
      expect(one.map(({ at, value }) => ({ at: Date.parse(at), value }))).toEqual(
        own.sort(([a], [b]) => a.localeCompare(b)).map(([, value]) => value),
      );
    }),
    { numRuns: 10 },
  );
});

const lost: Reading = { deviceId: 'dev-1', metric: 'helium_level', measuredAtMs: 0, value: 77, quality: 0 };

test('what a killed process had not written down is found by the next one', async () => {
  await commit([{ ...lost, measuredAtMs: T0 + 3 * DAY_MS }], false);
  expect(await fleet()).not.toEqual(expected()); // The control: nothing else would find it.
  const next = startFleetLatest(database, silentLog());
  await next.flush();
  expect(await fleet()).toEqual(expected());
  await next.close();
});

test('and so it is when its hour is closed, or was closed before it came', async () => {
  const never = new AbortController().signal;
  await commit([{ ...lost, measuredAtMs: T0 + 4 * DAY_MS }], false);
  await rollUp(database, T0 + 5 * DAY_MS, never);
  expect(await fleet()).toEqual(expected());
  await commit([{ ...lost, deviceId: 'dev-2', measuredAtMs: T0 + 4 * DAY_MS + HOUR_MS }], false);
  await rollUp(database, T0 + 5 * DAY_MS, never);
  expect(await fleet()).toEqual(expected());
});

test('comes in pages and cut to what the caller may see', async () => {
  const page = await readFleetLatest(database, { limit: 4, metric: ['helium_level'] }, EVERYTHING);
  expect(page.devices).toEqual(['dev-1', 'dev-2', 'dev-3', 'dev-4']);
  expect(page.metrics.map(({ metric }) => metric)).toEqual(['helium_level']);
  const rest = await readFleetLatest(database, { limit: 4, cursor: page.next ?? '' }, EVERYTHING);
  expect([rest.devices, rest.next]).toEqual([['dev-5', 'dev-6'], null]);
  const nothing = await readFleetLatest(database, {}, { regions: ['elsewhere'], customers: null });
  expect(nothing).toEqual({ devices: [], metrics: [], next: null });
});
