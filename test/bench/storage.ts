// Reading back from many stored readings: a month's chart, the newest values of ten thousand devices, and how fast new
// readings go in, with a million and with a hundred million there. Beside each the plain query over the readings.
import { parseArgs } from 'node:util';
import { EVERYTHING } from '../../src/contracts/access.ts';
import { DAY_MS, HOUR_MS } from '../../src/contracts/time.ts';
import { compressReadings } from '../../src/db/compress-readings.ts';
import type { Database } from '../../src/db/database.ts';
import { rollUp } from '../../src/db/rollups.ts';
import type { KeyedSample } from '../../src/ingest/keyed-sample.ts';
import { readFleetLatest } from '../../src/ingest/latest.ts';
import type { MetricFacts } from '../../src/ingest/ports.ts';
import { insertNew } from '../../src/ingest/reading-store.ts';
import { readSeries } from '../../src/ingest/series.ts';
import { registerDevices } from '../integration/ingest/devices.ts';
import { openTestDatabase } from '../support/database.ts';
import { DAYS, DENSE_METRICS, fleetFor, loadLatest, loadReadings } from './stored-fleet.ts';

const FLEET = 10_000;
const POINTS = 1_000;
const FIRST_READINGS = 1_000_000;
const BATCH_SAMPLES = 2_000;
const BATCHES = 40;
const CHARTS = 200;
const PLAIN_CHARTS = 20;
const FLEET_READS = 50;
/** The embedded database holds its cache and the whole result in 32-bit memory; more is refused with the reason. */
const MOST_EMBEDDED = 20_000_000;
const never = new AbortController().signal;
const gauge: MetricFacts = { kind: 'gauge', unit: '1', expectedIntervalS: 60 };

const quantile = (times: readonly number[], share: number): number =>
  [...times].sort((a, b) => a - b)[Math.max(0, Math.ceil(times.length * share) - 1)] ?? Number.NaN;
const tenth = (value: number): number => Math.round(value * 10) / 10;

async function timed(times: number, work: (i: number) => Promise<unknown>): Promise<number[]> {
  const taken: number[] = [];
  for (let i = 0; i < times; i += 1) {
    const startedMs = performance.now();
    await work(i);
    taken.push(performance.now() - startedMs);
  }
  return taken;
}

/** Readings a second by the statement of ingest, one connection: live messages of the fleet, ten metrics each. */
async function insertRate(db: Database, fromMs: number): Promise<number> {
  const metricKeys = Array.from({ length: DENSE_METRICS }, (_, i) => i + 1);
  const batchOf = (batch: number): KeyedSample[] =>
    Array.from({ length: BATCH_SAMPLES }, (_, i) => ({
      deviceId: '',
      deviceKey: ((batch * BATCH_SAMPLES + i) % FLEET) + 1,
      measuredAtMs: fromMs + Math.floor((batch * BATCH_SAMPLES) / FLEET) * 10_000,
      metrics: [],
      metricKeys,
      values: metricKeys.map((key) => Math.round(1000 * Math.sin(batch + i + key)) / 100),
      qualities: metricKeys.map(() => 0),
      labels: null,
    }));
  await insertNew(db, batchOf(0), fromMs);
  const taken = await timed(BATCHES, (i) => insertNew(db, batchOf(i + 1), fromMs));
  return (BATCHES * BATCH_SAMPLES * DENSE_METRICS) / (taken.reduce((sum, ms) => sum + ms, 0) / 1000);
}

/** What one would write without rollups and without thinning on the server's side of it. */
const plainChart = (db: Database, device: number, fromMs: number, toMs: number): Promise<unknown> =>
  db.prepared(
    'bench-plain-chart',
    `SELECT time_bucket($5::interval, measured_at) AS at, min(value), max(value), avg(value) FROM reading
     WHERE device_id = $1 AND metric_id = $2 AND measured_at >= $3 AND measured_at < $4 GROUP BY 1 ORDER BY 1`,
    [device, 3, new Date(fromMs), new Date(toMs), `${Math.ceil((toMs - fromMs) / POINTS)} milliseconds`],
  );

export async function run(args: readonly string[]): Promise<void> {
  const options = { database: { type: 'string' }, readings: { type: 'string' } } as const;
  const { values } = parseArgs({ args: [...args], options });
  const isEmbedded = values.database === 'embedded' || !process.env.DATABASE_URL;
  if (isEmbedded) delete process.env.TEST_DATABASE_URL;
  else process.env.TEST_DATABASE_URL = process.env.DATABASE_URL;
  const asked = Number(values.readings ?? (isEmbedded ? MOST_EMBEDDED : 100_000_000));
  if (isEmbedded && asked > MOST_EMBEDDED) {
    console.error(`The embedded database is for at most ${MOST_EMBEDDED} readings here; take a server for more.`);
    process.exitCode = 2;
    return;
  }
  const database = await openTestDatabase();
  try {
    await measure(database, asked);
  } finally {
    await database.close();
  }
}

async function measure(database: Database, asked: number): Promise<void> {
  const metrics = new Map(Array.from({ length: DENSE_METRICS }, (_, i) => [`m${i + 1}`, gauge]));
  const directory = await registerDevices(database, FLEET, 'dev-', metrics);
  await database.query("INSERT INTO metric (code) SELECT 'm' || n FROM generate_series(1, $1::int) n ORDER BY n", [
    DENSE_METRICS,
  ]);
  const endMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 6 * HOUR_MS;
  const first = fleetFor(Math.min(FIRST_READINGS, asked));
  const all = fleetFor(asked);
  console.log(`loading ${first.readings}, then ${all.readings} readings`);
  await loadReadings(database, { fromDevice: 1, toDevice: first.devices, endMs });
  await database.query('ANALYZE reading');
  const insertAtFirst = await insertRate(database, endMs + 60_000);
  console.log(`insert with ${first.readings} stored: ${Math.round(insertAtFirst)} readings/s`);

  const loadStartedMs = performance.now();
  if (all.devices > first.devices) {
    await loadReadings(database, { fromDevice: first.devices + 1, toDevice: all.devices, endMs }, async (day) => {
      if (day % 5 === 4) console.log(`  ${day + 1} of ${DAYS} days, ${seconds(loadStartedMs)} s`);
    });
  }
  await loadLatest(database, FLEET, endMs + 2 * HOUR_MS);
  await database.query('ANALYZE reading');
  const insertAtAll = await insertRate(database, endMs + 3 * HOUR_MS);
  console.log(`insert with ${all.readings} stored: ${Math.round(insertAtAll)} readings/s`);

  const rollStartedMs = performance.now();
  const rolled = await rollUp(database, endMs + 4 * HOUR_MS, never);
  console.log(`rolled up in ${seconds(rollStartedMs)} s: ${rolled}`);
  const compressed = await compressReadings(database, new Date(endMs - 14 * DAY_MS), never);
  console.log(`compression: ${compressed}`);

  const lookup = { load: async (code: string) => directory.find(code) };
  const [fromMs, toMs] = [endMs - DAYS * DAY_MS + 17 * 60_000, endMs - 60_000];
  const chart = (i: number) =>
    readSeries(database, lookup, {
      device: `dev-${(i % all.devices) + 1}`,
      metric: 'm3',
      fromMs,
      toMs,
      points: POINTS,
    });
  await timed(10, chart);
  const charts = await timed(CHARTS, chart);
  const plain = await timed(PLAIN_CHARTS, (i) => plainChart(database, (i % all.devices) + 1, fromMs, toMs));
  const { at, source } = await chart(0);
  console.log(`chart: ${at.length} points from ${source}, ${tenth(quantile(charts, 0.95))} ms p95`);

  const oneMetric = () => readFleetLatest(database, { metric: ['m3'] }, EVERYTHING);
  const allMetrics = () => readFleetLatest(database, {}, EVERYTHING);
  const { devices } = await oneMetric();
  await allMetrics();
  const latestOne = await timed(FLEET_READS, oneMetric);
  const latestAll = await timed(FLEET_READS, allMetrics);
  const [plainLatest = Number.NaN] = await timed(1, () =>
    database.query(
      'SELECT DISTINCT ON (device_id) device_id, measured_at, value FROM reading WHERE metric_id = 3 ORDER BY device_id, measured_at DESC',
    ),
  );
  console.log(`newest values of ${devices.length} devices: ${tenth(quantile(latestOne, 0.95))} ms p95`);

  const figures = {
    readings: all.readings,
    chart30DaysP50Ms: tenth(quantile(charts, 0.5)),
    chart30DaysP95Ms: tenth(quantile(charts, 0.95)),
    plainChart30DaysP95Ms: tenth(quantile(plain, 0.95)),
    latestDevices: devices.length,
    latestOneMetricP50Ms: tenth(quantile(latestOne, 0.5)),
    latestOneMetricP95Ms: tenth(quantile(latestOne, 0.95)),
    latestTenMetricsP95Ms: tenth(quantile(latestAll, 0.95)),
    plainLatestOneMetricMs: tenth(plainLatest),
    insertAtOneMillionPerS: Math.round(insertAtFirst),
    insertAtAllPerS: Math.round(insertAtAll),
  };
  const ratios = {
    chartToPlain: Math.round((figures.chart30DaysP95Ms / figures.plainChart30DaysP95Ms) * 1000) / 1000,
    latestToPlain: Math.round((figures.latestOneMetricP95Ms / figures.plainLatestOneMetricMs) * 1000) / 1000,
    insertAtAllToOneMillion: Math.round((insertAtAll / insertAtFirst) * 1000) / 1000,
  };
  console.log(JSON.stringify({ bench: 'storage', database: database.edition.kind, figures, ratios }));
}

const seconds = (startedMs: number): number => Math.round((performance.now() - startedMs) / 1000);
