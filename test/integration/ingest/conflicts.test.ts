// The same key again: with the same value it is one reading, with another one the first stands, is flagged, and the other
// is kept - whatever the order of messages, batches and redeliveries.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { QUALITY } from '../../../src/contracts/readings.ts';
import { DAY_MS } from '../../../src/contracts/time.ts';
import { telemetryTopic } from '../../../src/contracts/topics.ts';
import { compressReadings } from '../../../src/db/compress-readings.ts';
import { readConflicts } from '../../../src/ingest/conflicts.ts';
import type { DeviceSource, DeviceFacts, DeviceLookup } from '../../../src/ingest/ports.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { registerDevices } from './devices.ts';
import { type Instance, startInstance } from './instance.ts';

const T0 = Date.UTC(2026, 0, 5, 8);
const DEVICES = 60;
let database: TestDatabase;
let devices: DeviceSource;
let lookup: DeviceLookup;
let instance: Instance;
let used = 0;

beforeAll(async () => {
  database = await openTestDatabase();
  devices = await registerDevices(database, DEVICES);
  lookup = { load: async (code) => devices.find(code) };
  instance = await startInstance({ database: database.dedicated('ingest'), devices });
});
afterAll(async () => {
  await instance.close();
  await database.close();
});

const accept = (device: string, payload: unknown): Promise<void> =>
  instance.ingest.accept({
    device,
    kind: 'telemetry',
    topic: telemetryTopic(device),
    payload: Buffer.from(JSON.stringify(payload)),
    arrivedAtMs: Date.now(),
  });

interface Stored {
  at: Date;
  metric: string;
  value: number;
  quality: number;
}

async function stored(device: string): Promise<Stored[]> {
  const { rows } = await database.query<Stored>(
    `SELECT measured_at AS at, m.code AS metric, value, quality FROM reading r JOIN metric m ON m.id = r.metric_id
     WHERE device_id = $1 ORDER BY measured_at, m.code`,
    [(devices.find(device) as DeviceFacts).id],
  );
  return rows;
}

const conflictsOf = async (device: string) => (await readConflicts(database, lookup, device, {})).items;

/** Messages about few instants with few values, cut into commits at random: doubles and conflicts everywhere. */
const message = fc.record({
  atS: fc.integer({ min: 0, max: 3 }),
  values: fc.dictionary(fc.constantFrom('a', 'b'), fc.constantFrom(1, 2, -0, 0, 1e-300), { minKeys: 1 }),
});
const history = fc.array(fc.array(message, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 });

test('the first value of a key stands, every other one is kept once, and exactly those readings are flagged', async () => {
  await fc.assert(
    fc.asyncProperty(history, async (commits) => {
      const device = `dev-${(used += 1)}`;
      const first = new Map<string, number>();
      const others = new Set<string>();
      for (const messages of commits) {
        await Promise.all(messages.map(({ atS, values }) => accept(device, { ts: T0 + atS * 1000, values })));
        for (const { atS, values } of messages) {
          for (const [metric, value] of Object.entries(values)) {
            const key = `${T0 + atS * 1000} ${metric}`;
            const standing = first.get(key);
            if (standing === undefined) first.set(key, value);
            else if (standing !== value) others.add(`${key} ${value}`);
          }
        }
      }
      const rows = await stored(device);
      const nameOf = (row: Stored): string => `${row.at.getTime()} ${row.metric}`;
      expect(rows.map((row) => [nameOf(row), row.value + 0])).toEqual(
        [...first].map(([key, value]) => [key, value + 0]).sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
      );
      const kept = await conflictsOf(device);
      expect(kept.map((one) => `${Date.parse(one.at)} ${one.metric} ${one.other.value}`).sort()).toEqual(
        [...others].sort(),
      );
      const flagged = rows.filter(({ quality }) => (quality & QUALITY.conflict) !== 0).map(nameOf);
      expect(flagged).toEqual(
        rows.map(nameOf).filter((name) => [...others].some((other) => other.startsWith(`${name} `))),
      );
    }),
    { numRuns: 40 },
  );
});

test('a conflict is counted as often as its value comes, and nobody is told of a value that does not stand', async () => {
  const device = `dev-${DEVICES}`;
  const before = await instance.counter('stethos_ingest_conflicts_total');
  await accept(device, { ts: T0, values: { helium_level: 80, mode: 'scan' } });
  await accept(device, { ts: T0, values: { helium_level: 81, mode: 'idle' } });
  await accept(device, { ts: T0, values: { helium_level: 81, mode: 'scan' } });
  await accept(device, { ts: T0, values: { helium_level: 80, mode: 'scan' } });
  expect(await conflictsOf(device)).toMatchObject([
    { metric: 'mode', stored: { label: 'scan' }, other: { label: 'idle' }, seen: 1 },
    { metric: 'helium_level', stored: { value: 80 }, other: { value: 81 }, seen: 2 },
  ]);
  expect((await instance.counter('stethos_ingest_conflicts_total')) - before).toBe(3);
  await expect.poll(() => instance.committed.length).toBeGreaterThan(0);
  const told = instance.committed.flatMap(({ readings }) => readings).filter((one) => one.deviceId === device);
  expect(told.every(({ metric, value, label }) => (metric === 'mode' ? label === 'scan' : value === 80))).toBe(true);
});

test('pages follow each other without a gap', async () => {
  const device = `dev-${DEVICES - 1}`;
  await accept(device, { ts: T0, values: { scan_count: 0 } });
  for (let n = 1; n <= 5; n++) await accept(device, { ts: T0, values: { scan_count: n } });
  const seen: number[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await readConflicts(database, lookup, device, { limit: 2, ...(cursor ? { cursor } : {}) });
    seen.push(...page.items.map((one) => one.other.value));
    cursor = page.next;
  }
  expect(seen).toEqual([5, 4, 3, 2, 1]);
});

/** A backlog that comes when its time was compressed already, where the edition compresses. */
test('the laws hold in compressed history too: late readings, repetitions and other values', {
  timeout: 120_000,
}, async () => {
  const device = `dev-${DEVICES - 2}`;
  const samplesOf = (from: number, to: number, value: number) =>
    Array.from({ length: to - from }, (_, i) => ({
      ts: T0 + (from + i) * 1000,
      values: { scan_count: value + from + i },
    }));
  await accept(device, samplesOf(0, 300, 0));
  const done = await compressReadings(database, new Date(T0 + 60 * DAY_MS), new AbortController().signal);
  expect(done).toMatch(database.edition.compression ? /^[1-9]\d* chunks/ : /^skipped/);
  await accept(device, samplesOf(200, 400, 0));
  await accept(device, samplesOf(100, 103, 5_000));
  const rows = await stored(device);
  expect(rows.map(({ value }) => value)).toEqual(Array.from({ length: 400 }, (_, i) => i));
  expect(rows.flatMap(({ quality }, i) => ((quality & QUALITY.conflict) !== 0 ? [i] : []))).toEqual([100, 101, 102]);
  expect((await conflictsOf(device)).map((one) => [one.stored.value, one.other.value]).reverse()).toEqual([
    [100, 5_100],
    [101, 5_101],
    [102, 5_102],
  ]);
});
