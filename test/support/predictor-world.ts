// A predictor on a test database with one product and some devices, fed as ingest would: readings are committed first, then
// handed over. A second predictor on the same database plays another process, or the same one after a kill.
import { Registry } from 'prom-client';
import type { EpochMs } from '../../src/contracts/time.ts';
import type { Reading } from '../../src/contracts/readings.ts';
import { startEventLog } from '../../src/db/event-log.ts';
import type { Slice } from '../../src/predictor/core/assess.ts';
import type { PredictorLimits } from '../../src/predictor/limits.ts';
import { type Predictor, type PredictorOptions, startPredictor } from '../../src/predictor/predictor.ts';
import { openTestDatabase, silentLog, type TestDatabase } from './database.ts';
import { COOLER } from './predictor-signals.ts';

const MASTER_DATA = `
  INSERT INTO region VALUES ('east', 'East', '华东'), ('west', 'West', '华西');
  INSERT INTO station VALUES ('sh', 'east', 'Shanghai', '上海', 31.2, 121.5), ('cd', 'west', 'Chengdu', '成都', 30.6, 104.1);
  INSERT INTO customer VALUES ('renji', 'Renji', '仁济医院', NULL, '3A', 'east'), ('huaxi', 'Huaxi', '华西医院', NULL, '3A', 'west');
  INSERT INTO product_line VALUES ('cooling', 'Cooling', '冷却');`;

export const COSTS = { plannedMinor: 800_000n, unplannedMinor: 4_000_000n, needlessMinor: 300_000n, currency: 'CNY' };

export async function openPredictorWorld(devices: readonly string[] = ['C-1']) {
  const database = await openTestDatabase();
  for (const statement of MASTER_DATA.split(';\n')) await database.query(statement);
  await database.query(
    `INSERT INTO product (code, line_code, name_en, name_zh, kind, definition)
     VALUES ($1, 'cooling', 'Cooler', '冷却机', 'cooler', $2)`,
    [COOLER.code, JSON.stringify(COOLER)],
  );
  await database.query(
    `INSERT INTO device (code, product_code, customer_code, station_code)
     SELECT code, $2, CASE n % 2 WHEN 1 THEN 'renji' ELSE 'huaxi' END, CASE n % 2 WHEN 1 THEN 'sh' ELSE 'cd' END
     FROM unnest($1::text[]) WITH ORDINALITY AS u (code, n)`,
    [devices, COOLER.code],
  );
  const { rows } = await database.query<{ id: number; code: string }>('SELECT id, code FROM device');
  const ids = new Map(rows.map(({ id, code }) => [code, id]));
  const eventLog = await startEventLog({ database, log: silentLog(), pollMs: 50 });
  const time: { now: EpochMs } = { now: 0 };
  return {
    database,
    eventLog,
    time,
    start: (options: Partial<PredictorOptions> & { limits?: Partial<PredictorLimits> } = {}): Promise<Predictor> =>
      startPredictor({
        database,
        eventLog,
        catalogue: { load: async (code) => (ids.has(code) ? { id: ids.get(code) as number, product: COOLER } : null) },
        economics: async () => COSTS,
        clock: { now: () => time.now },
        log: silentLog(),
        metrics: new Registry(),
        ...options,
      }),
    /** Makes slices durable as ingest does; gives them as batches of one device. */
    commit: (device: string, slices: readonly Slice[]) => commit(database, ids.get(device) as number, device, slices),
    async close() {
      await eventLog.close();
      await database.close();
    },
  };
}
export type PredictorWorld = Awaited<ReturnType<typeof openPredictorWorld>>;

const INSERT = `
  INSERT INTO reading (device_id, metric_id, measured_at, value, quality, received_at)
  SELECT $1, m.id, u.measured_at, u.value, 0, u.received_at
  FROM unnest($2::text[], $3::timestamptz[], $4::float8[], $5::timestamptz[]) AS u (metric, measured_at, value, received_at)
  JOIN metric m ON m.code = u.metric ON CONFLICT DO NOTHING`;

async function commit(db: TestDatabase, deviceId: number, device: string, slices: readonly Slice[]) {
  const rows = slices.flatMap(({ receivedAtMs, readings }) =>
    readings.map((reading) => ({ receivedAtMs, ...reading })),
  );
  await db.query('INSERT INTO metric (code) SELECT DISTINCT unnest($1::text[]) ON CONFLICT DO NOTHING', [
    rows.map(({ metric }) => metric),
  ]);
  for (const { metric, label, value } of new Map(rows.map((row) => [row.label, row])).values()) {
    if (label === undefined) continue;
    const text = 'INSERT INTO metric_state SELECT id, $2, $3 FROM metric WHERE code = $1 ON CONFLICT DO NOTHING';
    await db.query(text, [metric, value, label]);
  }
  await db.query(INSERT, [
    deviceId,
    rows.map(({ metric }) => metric),
    rows.map(({ measuredAtMs }) => new Date(measuredAtMs)),
    rows.map(({ value }) => value),
    rows.map(({ receivedAtMs }) => new Date(receivedAtMs)),
  ]);
  return slices.map(({ receivedAtMs, readings }) => ({
    receivedAtMs,
    readings: readings.map((reading): Reading => ({ deviceId: device, ...reading })),
  }));
}

/** Everything the predictor has said about a device, without keys and clocks. */
export async function toldOf(db: TestDatabase, device: string): Promise<Record<string, unknown[]>> {
  const tables = {
    alerts: `SELECT cause, severity, raised_at, last_seen_at, cleared_at, findings, reason, contributors, window_from, probability,
      rul_hours_p50, value_at_risk_minor FROM alert a JOIN device d ON d.id = a.device_id WHERE d.code = $1 ORDER BY raised_at, cause`,
    prognoses: `SELECT made_at, failure_mode, probability, rul_hours_p10, rul_hours_p50, rul_hours_p90, triggered
      FROM prognosis p JOIN device d ON d.id = p.device_id WHERE d.code = $1 ORDER BY made_at, failure_mode`,
    points: `SELECT component, at, health FROM device_health_point h JOIN device d ON d.id = h.device_id WHERE d.code = $1
      ORDER BY at, component`,
    events: `SELECT type, at, payload->>'severity' AS severity, payload->>'health' AS health FROM event
      WHERE payload->>'device' = $1 ORDER BY at, type, health`,
    days: `SELECT day, closed_at, channel, gauges, drift, joint FROM detector_day x JOIN device d ON d.id = x.device_id
      WHERE d.code = $1 ORDER BY day`,
    state: `SELECT snapshot FROM predictor_state s JOIN device d ON d.id = s.device_id WHERE d.code = $1`,
  };
  const told: Record<string, unknown[]> = {};
  for (const [name, text] of Object.entries(tables)) told[name] = (await db.query(text, [device])).rows;
  return told;
}
