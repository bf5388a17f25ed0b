// Deletion by product and metric: what is past its keep goes, compressed or not, what an open alert rests on stays, and
// the hourly and daily values say the same afterwards.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EVERYTHING } from '../../../src/contracts/access.ts';
import { DAY_MS, HOUR_MS } from '../../../src/contracts/time.ts';
import { compressReadings } from '../../../src/db/compress-readings.ts';
import { retainReadings } from '../../../src/db/retain-readings.ts';
import { rollUp } from '../../../src/db/rollups.ts';
import { readFleetLatest } from '../../../src/ingest/latest.ts';
import type { DeviceDirectory } from '../../../src/ingest/ports.ts';
import { insertMissing } from '../../../src/ingest/reading-store.ts';
import { readSeries } from '../../../src/ingest/series.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { registerDevices } from '../ingest/devices.ts';

const NOW_MS = Date.UTC(2026, 5, 1);
const DAYS = 70;
const never = new AbortController().signal;
let database: TestDatabase;
let directory: DeviceDirectory;

/** Three devices with two metrics each, hourly for 70 days; the first product's second metric is kept 20 days. */
beforeAll(async () => {
  database = await openTestDatabase();
  directory = await registerDevices(database, 3);
  await database.query("INSERT INTO metric (code) VALUES ('helium_level'), ('scan_count')");
  await database.query(
    `UPDATE product SET definition = '{"metrics": [{"code": "helium_level"}, {"code": "scan_count", "retainDays": 20}]}'`,
  );
  await database.query(
    `INSERT INTO reading (device_id, metric_id, measured_at, value, received_at)
     SELECT d, m, t, d + m + date_part('hour', t), t FROM generate_series(1, 3) d, generate_series(1, 2) m,
       generate_series($1::timestamptz, $2, INTERVAL '1 hour') t`,
    [new Date(NOW_MS - DAYS * DAY_MS), new Date(NOW_MS - HOUR_MS)],
  );
  // Device 2 has an alert that rests on readings of its 60th to 59th day before now.
  await database.query(
    `INSERT INTO alert (device_id, cause, severity, raised_at, last_seen_at, reason, contributors, window_from, window_to)
     VALUES (2, 'metric:helium_level', 'minor', $1, $1, '{"en": "x", "zh": "x"}', '[]', $2, $1)`,
    [new Date(NOW_MS - 59 * DAY_MS), new Date(NOW_MS - 60 * DAY_MS)],
  );
});
afterAll(() => database.close());

const counts = async (beforeDays: number): Promise<string[]> => {
  const { rows } = await database.query<{ key: string }>(
    `SELECT device_id || '/' || metric_id || ': ' || count(*) AS key FROM reading WHERE measured_at < $1
     GROUP BY device_id, metric_id ORDER BY device_id, metric_id`,
    [new Date(NOW_MS - beforeDays * DAY_MS)],
  );
  return rows.map(({ key }) => key);
};
const rollups = async () => [
  (await database.query('SELECT * FROM reading_hourly ORDER BY device_id, metric_id, bucket')).rows,
  (await database.query('SELECT * FROM reading_daily ORDER BY device_id, metric_id, bucket')).rows,
];

test('nothing goes before its hours are rolled up', async () => {
  expect(await retainReadings(database, { retainDays: 40 }, NOW_MS, never)).toContain('0 chunks dropped, 0 readings');
  expect(await counts(0)).toHaveLength(6);
});

test('what is past its keep goes; rollups stay, as does what an open alert rests on', async () => {
  await rollUp(database, NOW_MS, never);
  await compressReadings(database, new Date(NOW_MS - 14 * DAY_MS), never);
  const before = await rollups();
  const said = await retainReadings(database, { retainDays: 40 }, NOW_MS, never);
  expect(said).toMatch(/^[1-9]\d* chunks? ?dropped|^[1-9]/);
  // A chunk spans seven days: what is a chunk older than its limit has gone.
  const [kept, ...others] = await counts(47);
  expect(kept).toMatch(/^2\/1: /);
  expect(others.filter((key) => !key.startsWith('2/'))).toEqual([]);
  expect((await counts(27)).filter((key) => /^[13]\/2/.test(key))).toEqual([]);
  expect((await counts(27)).some((key) => key.startsWith('1/1'))).toBe(true);
  expect(await rollups()).toEqual(before);

  await rollUp(database, NOW_MS + HOUR_MS, never);
  expect(await rollups()).toEqual(before);
});

test('a chart over deleted readings is answered from the rollups', async () => {
  const series = await readSeries(
    database,
    { load: async (code) => directory.find(code) },
    { device: 'dev-1', metric: 'helium_level', fromMs: NOW_MS - 65 * DAY_MS, toMs: NOW_MS - 60 * DAY_MS, points: 500 },
  );
  expect(series).toMatchObject({ source: 'hourly', bucketMs: HOUR_MS });
  expect(series.at).toHaveLength(120);
  expect([Math.min(...series.min), Math.max(...series.max)]).toEqual([2, 25]);
});

test('a reading that comes for a deleted hour leaves what is known of the hour', async () => {
  const before = await rollups();
  const late = {
    deviceId: 'dev-1',
    deviceKey: 1,
    measuredAtMs: NOW_MS - 65 * DAY_MS + 60_000,
    metrics: ['helium_level'],
    metricKeys: [1],
    values: [99],
    qualities: [0],
    labels: null,
  };
  expect(await insertMissing(database, [late], NOW_MS)).toBe(1);
  expect(await rollups()).toEqual(before);
  await rollUp(database, NOW_MS, never);
  // The hour had one reading and now has another one: it is not told from fewer.
  expect(await rollups()).toEqual(before);
});

test('rollups have a keep of their own', async () => {
  await retainReadings(database, { retainDays: 40, retainRollupDays: 35 }, NOW_MS, never);
  const { rows } = await database.query<{ first: Date }>(
    'SELECT min(bucket) AS first FROM reading_hourly WHERE device_id = 1',
  );
  expect(NOW_MS - (rows[0]?.first.getTime() ?? 0)).toBeLessThan((35 + 29) * DAY_MS);
  expect((await readFleetLatest(database, {}, EVERYTHING)).devices).toHaveLength(3);
});
