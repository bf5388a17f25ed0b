// What a year of telemetry weighs before and after compression: one simulated device of each kind, each message with a
// time of arrival of its own, compressed by the nightly job, chunk by chunk as it would happen.
import { parseArgs } from 'node:util';
import { DAY_MS } from '../../src/contracts/time.ts';
import { compressReadings } from '../../src/db/compress-readings.ts';
import type { Database } from '../../src/db/database.ts';
import { float8Array, int4Array, timestamptzArray } from '../../src/ingest/binary-array.ts';
import { createDeviceModel, type DeviceModel } from '../../src/simulators/device-model.ts';
import { type Kind, KINDS } from '../../src/simulators/models/kind-model.ts';
import { KIND_MODELS } from '../../src/simulators/models/kinds.ts';
import { createRandom, type RandomStream } from '../../src/simulators/random.ts';
import { registerDevices } from '../integration/ingest/devices.ts';
import { openTestDatabase } from '../support/database.ts';

const START_MS = Date.UTC(2025, 0, 6);
const ROWS_PER_STATEMENT = 5_000;
/** From the device's clock to the commit. */
const WAY_MS = { least: 5, spread: 60 } as const;
const never = new AbortController().signal;

interface Speaker {
  key: number;
  kind: Kind;
  model: DeviceModel;
  keys: ReturnType<typeof createKeys>;
  random: RandomStream;
}

/** Keys of metrics and codes of state labels, as the dictionary of ingest gives them. */
function createKeys() {
  const metrics = new Map<string, number>();
  const labels = new Map<string, number>();
  const keyIn = (map: Map<string, number>, name: string): number => {
    const key = map.get(name) ?? map.size + 1;
    map.set(name, key);
    return key;
  };
  return {
    metricOf: (name: string) => keyIn(metrics, name),
    valueOf: (metric: string, value: number | boolean | string) =>
      typeof value === 'string' ? keyIn(labels, `${metric} ${value}`) : Number(value),
  };
}

interface Row {
  device: number;
  metric: number;
  atMs: number;
  value: number;
  receivedMs: number;
}

async function insert(db: Database, rows: readonly Row[]): Promise<void> {
  await db.prepared(
    'bench-compression',
    `INSERT INTO reading (device_id, metric_id, measured_at, value, received_at)
     SELECT * FROM unnest($1::int4[], $2::int4[], $3::timestamptz[], $4::float8[], $5::timestamptz[])`,
    [
      int4Array(rows.map(({ device }) => device)),
      int4Array(rows.map(({ metric }) => metric)),
      timestamptzArray(rows.map(({ atMs }) => atMs)),
      float8Array(rows.map(({ value }) => value)),
      timestamptzArray(rows.map(({ receivedMs }) => receivedMs)),
    ],
  );
}

/** One day of all devices; answers how many readings it has. */
async function storeDay(
  db: Database,
  speakers: readonly Speaker[],
  dayMs: number,
  leastStepMs: number,
): Promise<number> {
  let readings = 0;
  for (const { key, kind, model, keys, random } of speakers) {
    const stepMs = Math.max(KIND_MODELS[kind].intervalMs, leastStepMs);
    let rows: Row[] = [];
    for (let atMs = dayMs; atMs < dayMs + DAY_MS; atMs += stepMs) {
      const receivedMs = atMs + WAY_MS.least + Math.floor(random.between(0, WAY_MS.spread));
      for (const [metric, value] of Object.entries(model.sample(atMs).values)) {
        rows.push({ device: key, metric: keys.metricOf(metric), atMs, value: keys.valueOf(metric, value), receivedMs });
      }
      if (rows.length < ROWS_PER_STATEMENT && atMs + stepMs < dayMs + DAY_MS) continue;
      await insert(db, rows);
      readings += rows.length;
      rows = [];
    }
  }
  return readings;
}

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      database: { type: 'string' },
      days: { type: 'string', default: '365' },
      'interval-s': { type: 'string', default: '300' },
    },
  });
  if (values.database === 'embedded' || !process.env.DATABASE_URL) delete process.env.TEST_DATABASE_URL;
  else process.env.TEST_DATABASE_URL = process.env.DATABASE_URL;
  const database = await openTestDatabase();
  try {
    if (!database.edition.compression) {
      console.error('This database has no compression (Apache licence); run it with --database embedded.');
      process.exitCode = 2;
      return;
    }
    await measure(database, Number(values.days), Number(values['interval-s']) * 1000);
  } finally {
    await database.close();
  }
}

async function measure(database: Database, days: number, leastIntervalMs: number): Promise<void> {
  await registerDevices(database, KINDS.length);
  const hospital = { tier: 'tertiary', utcOffsetHours: 8 } as const;
  const keys = createKeys();
  const speakers = KINDS.map((kind, i) => ({
    key: i + 1,
    kind,
    keys,
    random: createRandom('way', kind),
    model: createDeviceModel({ kind, deviceId: kind, seed: 'bench', startMs: START_MS, plan: [], hospital }),
  }));
  let readings = 0;
  const startedMs = performance.now();
  for (let day = 0; day < days; day += 1) {
    const dayMs = START_MS + day * DAY_MS;
    readings += await storeDay(database, speakers, dayMs, leastIntervalMs);
    if (day % 28 === 27) {
      await compressReadings(database, new Date(dayMs), never);
      console.log(`${day + 1} days, ${readings} readings, ${Math.round((performance.now() - startedMs) / 1000)} s`);
    }
  }
  await compressReadings(database, new Date(START_MS + (days + 28) * DAY_MS), never);
  const { rows } = await database.query<{ before: bigint; after: bigint; chunks: bigint }>(
    `SELECT before_compression_total_bytes AS before, after_compression_total_bytes AS after,
       number_compressed_chunks AS chunks FROM hypertable_compression_stats('reading')`,
  );
  const [stats] = rows;
  if (!stats) throw new Error('nothing was compressed');
  const [before, after] = [Number(stats.before), Number(stats.after)];
  const figures = {
    readings,
    days,
    chunks: Number(stats.chunks),
    bytesBefore: before,
    bytesAfter: after,
    bytesPerReadingBefore: Math.round((before / readings) * 10) / 10,
    bytesPerReadingAfter: Math.round((after / readings) * 100) / 100,
  };
  console.log(
    `${readings} readings: ${Math.round(before / 2 ** 20)} MiB, compressed ${Math.round(after / 2 ** 20)} MiB`,
  );
  const ratios = { compression: Math.round((before / after) * 10) / 10 };
  console.log(JSON.stringify({ bench: 'compression', database: database.edition.kind, figures, ratios }));
}
