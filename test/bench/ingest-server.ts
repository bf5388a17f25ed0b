// The measured side: broker, ingest and a database of its own, in one process as in a small installation; afterwards it
// answers what is stored, and how fast the same rows go into the same table without MQTT. As `may-go-away` its database
// can be taken from it.
import { Registry } from 'prom-client';
import { median } from 'simple-statistics';
import { startBroker } from '../../src/broker/broker.ts';
import { int4Array, int2Array, float8Array, timestamptzArray } from '../../src/ingest/binary-array.ts';
import { startIngest } from '../../src/ingest/ingest.ts';
import type { MetricFacts } from '../../src/ingest/ports.ts';
import { registerDevices } from '../integration/ingest/devices.ts';
import type { Database } from '../../src/db/database.ts';
import { openTestDatabase, silentLog } from '../support/database.ts';
import { openFreezableDatabase } from '../support/freezable-database.ts';
import { answer } from './child.ts';
import { copyIn } from './copy-in.ts';

const DEVICES = 1_000;
const BATCH_ROWS = 20_000;
/** Enough for seconds of COPY without filling the memory. */
const COPY_ROWS = 500_000;

const gauge: MetricFacts = { kind: 'gauge', unit: '1', plausibleMin: 0, plausibleMax: 100 };
const metrics = new Map(Array.from({ length: 10 }, (_, i) => [`m${i}`, gauge]));
const cuttable = process.argv.includes('may-go-away') ? await openFreezableDatabase({}) : null;
const testDatabase = cuttable ? null : await openTestDatabase();
const database = (cuttable?.database ?? testDatabase) as Database;
const lane = database.dedicated('ingest');
const devices = await registerDevices(database, DEVICES, 'dev-', metrics);
const clock = { now: () => Date.now() };
const log = silentLog();
const registry = new Registry();
const ingest = await startIngest({
  database: lane,
  devices,
  metaStore: { apply: async () => {} },
  replyStore: { apply: async (_tx, replies) => replies.map(() => 'unasked' as const) },
  onCommitted: () => {},
  clock,
  log,
  metrics: registry,
});
const broker = await startBroker({
  ports: { tcp: { host: '127.0.0.1', port: 0 } },
  identity: { authenticate: async () => true },
  ingest,
  onPresence: () => {},
  clock,
  log,
  metrics: registry,
});

interface Row {
  device_id: number;
  metric_id: number;
  measured_at: Date;
  value: number;
  quality: number;
  received_at: Date;
}

/** A run of the limit is short, so one alone says little. */
const LIMIT_ROUNDS = 5;

async function takeRows(): Promise<Row[]> {
  const { rows } = await database.query<Row>(
    'SELECT * FROM reading ORDER BY received_at, device_id, measured_at, metric_id LIMIT $1',
    [COPY_ROWS],
  );
  await clear();
  return rows;
}

let cpuAtStart = process.cpuUsage();

async function clear(): Promise<void> {
  await database.query('TRUNCATE reading');
  cpuAtStart = process.cpuUsage();
}

async function copyRate(rows: readonly Row[], url: string): Promise<number> {
  const lines = rows.map((row) =>
    [
      row.device_id,
      row.metric_id,
      row.measured_at.toISOString(),
      row.value,
      row.quality,
      row.received_at.toISOString(),
    ].join('\t'),
  );
  const body = Buffer.from(`${lines.join('\n')}\n`);
  const started = performance.now();
  await copyIn(url, 'COPY reading FROM STDIN', body);
  return rows.length / ((performance.now() - started) / 1000);
}

/** Without COPY: the same statement as ingest's, and nothing else going on. */
async function insertRate(rows: readonly Row[]): Promise<number> {
  const started = performance.now();
  for (let from = 0; from < rows.length; from += BATCH_ROWS) {
    const part = rows.slice(from, from + BATCH_ROWS);
    await database.prepared(
      'bench-insert',
      `INSERT INTO reading SELECT * FROM unnest($1::int4[], $2::int4[], $3::timestamptz[], $4::float8[], $5::int2[], $6::timestamptz[])
       ON CONFLICT DO NOTHING`,
      [
        int4Array(part.map((row) => row.device_id)),
        int4Array(part.map((row) => row.metric_id)),
        timestamptzArray(part.map((row) => row.measured_at.getTime())),
        float8Array(part.map((row) => row.value)),
        int2Array(part.map((row) => row.quality)),
        timestamptzArray(part.map((row) => row.received_at.getTime())),
      ],
    );
  }
  return rows.length / ((performance.now() - started) / 1000);
}

answer(
  {
    port: async () => broker.ports.tcp,
    kind: async () => database.edition.kind,
    rows: async () => Number((await database.query<{ n: bigint }>('SELECT count(*) AS n FROM reading')).rows[0]?.n),
    clear,
    away: async () => cuttable?.goAway(),
    back: async () => cuttable?.comeBack(),
    memory: async () => process.memoryUsage.rss(),
    cpuUs: async () => {
      const { user, system } = process.cpuUsage(cpuAtStart);
      return user + system;
    },
    limit: async () => {
      const rows = await takeRows();
      const url = testDatabase?.target.url;
      const perSecond: number[] = [];
      for (let round = 0; round < LIMIT_ROUNDS; round++) {
        perSecond.push(url === undefined ? await insertRate(rows) : await copyRate(rows, url));
        await clear();
      }
      return median(perSecond);
    },
  },
  async () => {
    await broker.close();
    await ingest.close();
    await lane.close();
    await (cuttable ?? database).close();
  },
);
