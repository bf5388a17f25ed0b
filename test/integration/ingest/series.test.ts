// Telemetry read back: thinned with its peaks kept, gaps left open, states by their labels, extremes unharmed.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Series } from '../../../src/contracts/http/devices.ts';
import { DAY_MS, HOUR_MS } from '../../../src/contracts/time.ts';
import { rollUp } from '../../../src/db/rollups.ts';
import { loadMetricDictionary, DEFAULT_DICTIONARY } from '../../../src/ingest/metric-dictionary.ts';
import { readLatest } from '../../../src/ingest/latest.ts';
import { batchSamples } from '../../../src/ingest/batch-samples.ts';
import type { KeyedSample } from '../../../src/ingest/keyed-sample.ts';
import { insertMissing } from '../../../src/ingest/reading-store.ts';
import type { DeviceDirectory, DeviceLookup } from '../../../src/ingest/ports.ts';
import { readSeries } from '../../../src/ingest/series.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { registerDevices } from './devices.ts';

const T0 = Date.UTC(2026, 0, 5);
let database: TestDatabase;
let directory: DeviceDirectory;
let lookup: DeviceLookup;

beforeAll(async () => {
  database = await openTestDatabase();
  directory = await registerDevices(database, 9);
  lookup = { load: async (code) => directory.find(code) };
});
afterAll(() => database.close());

type Point = [atMs: number, value: number | string];

async function store(device: string, metric: string, points: readonly Point[]): Promise<void> {
  const dictionary = await loadMetricDictionary(database, DEFAULT_DICTIONARY);
  const deviceKey = directory.find(device)?.id ?? 0;
  const samples = points.map(([measuredAtMs, value]): KeyedSample => {
    const isState = typeof value === 'string';
    return {
      deviceId: device,
      deviceKey,
      measuredAtMs,
      metrics: [metric],
      metricKeys: [],
      values: [isState ? 0 : value],
      qualities: [0],
      labels: isState ? [value] : null,
    };
  });
  const message = { device, kind: 'telemetry' as const, topic: '', payload: Buffer.alloc(0), arrivedAtMs: 0 };
  const works = [
    { message, kind: 'readings' as const, samples, count: samples.length, isKeyed: false, hold: null, own: null },
  ];
  await insertMissing(database, (await batchSamples(works, dictionary)).samples, T0);
}

const query = (device: string, metric: string, spanMs: number, points: number): Promise<Series> =>
  readSeries(database, lookup, { device, metric, fromMs: T0, toMs: T0 + spanMs, points });

const isoOf = (atMs: number): string => new Date(atMs).toISOString();

test('thinning keeps the peaks, the count and the order, within the number of points', async () => {
  const noise = Array.from({ length: 5_000 }, (_, i): Point => [T0 + i * 10_000, Math.sin(i) * 10]);
  noise[3_333] = [T0 + 33_330_000, 99.5];
  noise[1_234] = [T0 + 12_340_000, -42];
  await store('dev-1', 'helium_level', noise);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 2_000 }), async (points) => {
      const series = await query('dev-1', 'helium_level', 50_000_000, points);
      expect(series.at.length).toBeLessThanOrEqual(points);
      expect([Math.min(...series.min), Math.max(...series.max)]).toEqual([-42, 99.5]);
      expect(series.at).toEqual([...series.at].sort((a, b) => a - b));
      expect(series.mean.every((mean, i) => mean >= (series.min[i] ?? 0) && mean <= (series.max[i] ?? 0))).toBe(true);
    }),
    { numRuns: 15 },
  );
});

test('few readings come back as they are, with their unit; a gap stays a gap', async () => {
  await store('dev-2', 'helium_level', [
    [T0, 80],
    [T0 + HOUR_MS, 81],
    [T0 + 20 * HOUR_MS, 60],
  ]);
  const series = await query('dev-2', 'helium_level', DAY_MS, 100);
  expect(series).toMatchObject({
    unit: '%',
    source: 'raw',
    mean: [80, 81, 60],
    at: [T0, T0 + HOUR_MS, T0 + 20 * HOUR_MS],
  });
  const thin = await query('dev-2', 'helium_level', DAY_MS, 2);
  expect(thin).toMatchObject({ at: [T0, T0 + 13 * HOUR_MS], min: [80, 60], max: [81, 60], mean: [80.5, 60] });
});

test('long spans are answered from the rollups', async () => {
  const points = Array.from({ length: 24 * 90 }, (_, i): Point => [T0 + i * HOUR_MS + 60_000, i % 24]);
  await store('dev-3', 'helium_level', points);
  const hourly = await query('dev-3', 'helium_level', 90 * DAY_MS, 500);
  expect(hourly).toMatchObject({ source: 'hourly', bucketMs: 5 * HOUR_MS });
  const daily = await query('dev-3', 'helium_level', 90 * DAY_MS, 50);
  expect(daily).toMatchObject({ source: 'daily', bucketMs: 2 * DAY_MS });
  for (const { max } of [hourly, daily]) expect(Math.max(...max)).toBe(23);
  expect(daily).toMatchObject({ min: Array(45).fill(0), max: Array(45).fill(23), mean: Array(45).fill(11.5) });
});

test('whatever the span, the answer has its lowest and its highest value and no other', async () => {
  const noise = Array.from(
    { length: 40 * 24 },
    (_, i): Point => [T0 + i * HOUR_MS + ((i * 7919) % 3600) * 1000, Math.sin(i) * i],
  );
  await store('dev-8', 'helium_level', noise);
  const minutes = fc.integer({ min: 0, max: 40 * 24 * 60 });
  await fc.assert(
    fc.asyncProperty(minutes, minutes, fc.integer({ min: 2, max: 300 }), async (one, other, points) => {
      const [fromMs, toMs] = [T0 + Math.min(one, other) * 60_000, T0 + (Math.max(one, other) + 1) * 60_000];
      const inSpan = noise.flatMap(([at, value]) => (at >= fromMs && at < toMs ? [Number(value)] : []));
      const series = await readSeries(database, lookup, {
        device: 'dev-8',
        metric: 'helium_level',
        fromMs,
        toMs,
        points,
      });
      expect(series.at.length).toBeLessThanOrEqual(points);
      expect([Math.min(...series.min), Math.max(...series.max)]).toEqual([Math.min(...inSpan), Math.max(...inSpan)]);
      expect(series.at.every((at, i) => i === 0 || at > (series.at[i - 1] ?? 0))).toBe(true);
      if (toMs === T0 + 20 * DAY_MS) await rollUp(database, T0 + 30 * DAY_MS, new AbortController().signal);
    }),
    {
      numRuns: 30,
      examples: [
        [0, 20 * 24 * 60 - 1, 100],
        [0, 40 * 24 * 60, 100],
        [61, 30_001, 40],
      ],
    },
  );
});

test('a gap is told by the point that it lies before', async () => {
  const points = Array.from({ length: 100 }, (_, i): Point => [T0 + i * 10_000 + (i >= 60 ? HOUR_MS : 0), i]);
  await store('dev-9', 'helium_level', points);
  expect((await query('dev-9', 'helium_level', DAY_MS, 200)).gaps).toEqual([60]);
  const thin = await query('dev-9', 'helium_level', 2 * HOUR_MS, 60);
  expect(thin.gaps).toHaveLength(1);
  expect(thin.at[thin.gaps[0] ?? 0]).toBeGreaterThan(T0 + HOUR_MS);
});

test('states come back with their labels', async () => {
  await store('dev-4', 'mode', [
    [T0, 'idle'],
    [T0 + 1000, 'scan'],
    [T0 + 2000, 'idle'],
  ]);
  const { max, labels } = await query('dev-4', 'mode', HOUR_MS, 10);
  expect(max.map((code) => labels?.[code])).toEqual(['idle', 'scan', 'idle']);
  const thinned = await query('dev-4', 'mode', HOUR_MS, 2);
  expect([thinned.min, thinned.mean, thinned.max].map((codes) => labels?.[codes[0] ?? -1])).toEqual([
    'idle',
    'idle',
    'idle',
  ]);
});

test('doubles and times survive the way into the table and back, bit for bit', async () => {
  const values = [Number.MAX_VALUE, Number.MIN_VALUE, -Number.MAX_VALUE, 0.1 + 0.2, Math.PI, 2 ** 53, -1e-300];
  await store(
    'dev-5',
    'scan_count',
    values.map((value, i) => [T0 + i * 7 + 1, value]),
  );
  const { at, mean } = await query('dev-5', 'scan_count', HOUR_MS, 100);
  expect(mean).toEqual(values);
  expect(at).toEqual(values.map((_, i) => T0 + i * 7 + 1));
});

test('the last values of a device, states by their label', async () => {
  await store('dev-6', 'helium_level', [
    [T0, 1],
    [T0 + 9 * DAY_MS, 2],
  ]);
  await store('dev-6', 'mode', [[T0, 'scan']]);
  await store('dev-7', 'helium_level', [[T0 + 5, 3]]);
  await rollUp(database, T0 + 30 * DAY_MS, new AbortController().signal);
  expect(await readLatest(database, lookup, 'dev-6')).toEqual([
    { metric: 'helium_level', at: isoOf(T0 + 9 * DAY_MS), value: 2, quality: 0 },
    { metric: 'mode', at: isoOf(T0), value: 1, label: 'scan', quality: 0 },
  ]);
});

test('a question that makes no sense is refused, one without data is empty', async () => {
  await expect(query('dev-7', 'helium_level', 0, 10)).rejects.toMatchObject({ code: 'validation-failed' });
  await expect(query('dev-7', 'helium_level', 1, 2_001)).rejects.toMatchObject({ code: 'validation-failed' });
  await expect(query('nobody', 'helium_level', 1, 10)).rejects.toMatchObject({ code: 'not-found' });
  expect((await query('dev-7', 'never_heard', 1, 10)).at).toEqual([]);
});
