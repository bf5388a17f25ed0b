// The law of the rollups: at any moment, whatever came in whatever order and whatever upkeep ran in between, an hour or a
// day says of its readings exactly what the readings say.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../../src/contracts/time.ts';
import { compressReadings } from '../../../src/db/compress-readings.ts';
import { rollUp } from '../../../src/db/rollups.ts';
import type { KeyedSample } from '../../../src/ingest/keyed-sample.ts';
import { insertMissing, insertNew } from '../../../src/ingest/reading-store.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { registerDevices } from '../ingest/devices.ts';

const T0 = Date.UTC(2026, 0, 5);
const SPAN_HOURS = 60;
const METRICS = [1, 2];
const never = new AbortController().signal;

let database: TestDatabase;
let devices = 0;
beforeAll(async () => {
  database = await openTestDatabase();
  await registerDevices(database, 30);
});
afterAll(() => database.close());

interface Point {
  minute: number;
  metric: number;
  value: number;
}
type Step = { kind: 'store'; points: Point[] } | { kind: 'roll'; hour: number } | { kind: 'compress'; hour: number };

const point = fc.record({
  minute: fc.integer({ min: 0, max: SPAN_HOURS * 60 - 1 }),
  metric: fc.constantFrom(...METRICS),
  value: fc.oneof(
    fc.double({ min: -1000, max: 1000, noNaN: true }),
    fc.constantFrom(0, 1e308, -1e308, Number.MIN_VALUE),
  ),
});
const hour = fc.integer({ min: 0, max: SPAN_HOURS + 48 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.array(point, { minLength: 1, maxLength: 25 }).map((points) => ({ kind: 'store', points }) as const),
  },
  { weight: 2, arbitrary: hour.map((at) => ({ kind: 'roll', hour: at }) as const) },
  { weight: 1, arbitrary: hour.map((at) => ({ kind: 'compress', hour: at }) as const) },
);

/** One sample each, in canonical order and without doubles among them. */
function samplesOf(device: number, baseMs: number, points: readonly Point[]): KeyedSample[] {
  const byKey = new Map(points.map((one) => [one.minute * 10 + one.metric, one]));
  return [...byKey.entries()]
    .sort(([a], [b]) => a - b)
    .map(([, { minute, metric, value }]) => ({
      deviceId: `dev-${device}`,
      deviceKey: device,
      measuredAtMs: baseMs + minute * 60_000,
      metrics: [`m${metric}`],
      metricKeys: [metric],
      values: [value],
      qualities: [0],
      labels: null,
    }));
}

interface Rollup {
  metric_id: number;
  bucket: Date;
  min: number;
  max: number;
  mean: number;
  n: bigint;
  last: number;
}

async function rollupOf(view: 'reading_hourly' | 'reading_daily', device: number): Promise<Rollup[]> {
  const { rows } = await database.query<Rollup>(
    `SELECT metric_id, bucket, min, max, mean, n, last FROM ${view} WHERE device_id = $1 ORDER BY metric_id, bucket`,
    [device],
  );
  return rows;
}

function expectedOf(stored: ReadonlyMap<string, KeyedSample>, widthMs: number): Omit<Rollup, 'mean'>[] {
  const buckets = new Map<string, { metric: number; atMs: number; samples: KeyedSample[] }>();
  for (const sample of stored.values()) {
    const metric = sample.metricKeys[0] ?? 0;
    const atMs = Math.floor(sample.measuredAtMs / widthMs) * widthMs;
    const bucket = buckets.get(`${metric} ${atMs}`) ?? { metric, atMs, samples: [] };
    buckets.set(`${metric} ${atMs}`, bucket);
    bucket.samples.push(sample);
  }
  return [...buckets.values()]
    .sort((a, b) => a.metric - b.metric || a.atMs - b.atMs)
    .map(({ metric, atMs, samples }) => {
      const inTime = samples.sort((a, b) => a.measuredAtMs - b.measuredAtMs);
      const values = inTime.map(({ values: [value] }) => value ?? Number.NaN);
      return {
        metric_id: metric,
        bucket: new Date(atMs),
        min: Math.min(...values),
        max: Math.max(...values),
        n: BigInt(values.length),
        last: values.at(-1) ?? Number.NaN,
      };
    });
}

async function expectLaw(device: number, stored: ReadonlyMap<string, KeyedSample>): Promise<void> {
  for (const [view, widthMs] of [
    ['reading_hourly', HOUR_MS],
    ['reading_daily', DAY_MS],
  ] as const) {
    const rows = await rollupOf(view, device);
    expect(rows.map(({ metric_id, bucket, min, max, n, last }) => ({ metric_id, bucket, min, max, n, last }))).toEqual(
      expectedOf(stored, widthMs),
    );
    expect(rows.every(({ min, mean, max }) => min <= mean && mean <= max)).toBe(true);
  }
}

describe('rollups', () => {
  test('say what the readings say, in any order of arrival and upkeep', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 9 }), async (steps) => {
        devices += 1;
        const device = devices;
        // A time of its own for each run: hours that are open, and after the first rolling ones that are not.
        const baseMs = T0 + device * 5 * DAY_MS;
        const stored = new Map<string, KeyedSample>();
        for (const one of steps) {
          if (one.kind === 'roll') await rollUp(database, baseMs + one.hour * HOUR_MS, never);
          else if (one.kind === 'compress')
            await compressReadings(database, new Date(baseMs + one.hour * HOUR_MS), never);
          else {
            const samples = samplesOf(device, baseMs, one.points);
            const keyOf = (sample: KeyedSample): string => `${sample.metricKeys[0]} ${sample.measuredAtMs}`;
            const isNew = samples.every((sample) => !stored.has(keyOf(sample)));
            const count = await (isNew ? insertNew : insertMissing)(database, samples, baseMs);
            const fresh = samples.filter((sample) => !stored.has(keyOf(sample)));
            expect(count).toBe(fresh.length);
            for (const sample of fresh) stored.set(keyOf(sample), sample);
          }
          await expectLaw(device, stored);
        }
        await rollUp(database, baseMs + (SPAN_HOURS + 72) * HOUR_MS, never);
        await expectLaw(device, stored);
        const { rowCount } = await database.query('SELECT FROM reading_late');
        expect(rowCount).toBe(0);
      }),
      { numRuns: 12, endOnFailure: true },
    );
  }, 120_000);

  test('control: a late reading that nobody notes leaves its hour wrong', async () => {
    const device = 30;
    const baseMs = T0 + 400 * DAY_MS;
    await insertNew(database, samplesOf(device, baseMs, [{ minute: 5, metric: 1, value: 1 }]), baseMs);
    await rollUp(database, baseMs + 2 * DAY_MS, never);
    await database.query(
      'INSERT INTO reading (device_id, metric_id, measured_at, value, received_at) VALUES ($1, 1, $2, 9, $2)',
      [device, new Date(baseMs + 60_000)],
    );
    await rollUp(database, baseMs + 2 * DAY_MS, never);
    expect(await rollupOf('reading_hourly', device)).toMatchObject([{ n: 1n, max: 1 }]);
  });
});
