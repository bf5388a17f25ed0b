// Devices for tests and benchmarks: rows of the registry, and the directory ingest asks.
import type { Metric } from '../../../src/contracts/product.ts';
import type { Queryable } from '../../../src/db/database.ts';
import type { DeviceFacts, DeviceSource, MetricFacts } from '../../../src/ingest/ports.ts';

const facts = (kind: Metric['kind'], limits: Partial<MetricFacts> = {}): MetricFacts => ({ kind, unit: '', ...limits });

export const METRICS: ReadonlyMap<string, MetricFacts> = new Map([
  ['helium_level', facts('gauge', { unit: '%', plausibleMin: 0, plausibleMax: 100 })],
  ['scan_count', facts('counter')],
  ['door_open', facts('boolean')],
  ['mode', facts('state')],
]);

/** Registers devices `${prefix}1`...`${prefix}count` with everything their row needs. */
export async function registerDevices(
  db: Queryable,
  count: number,
  prefix = 'dev-',
  metrics: ReadonlyMap<string, MetricFacts> = METRICS,
  gateway: (code: string) => string | null = () => null,
): Promise<DeviceSource> {
  await db.query(`INSERT INTO region VALUES ('r', 'R', 'R') ON CONFLICT DO NOTHING`);
  await db.query(
    `INSERT INTO station (code, region_code, name_en, name_zh) VALUES ('s', 'r', 'S', 'S') ON CONFLICT DO NOTHING`,
  );
  await db.query(
    `INSERT INTO customer (code, name_en, name_zh, region_code) VALUES ('c', 'C', 'C', 'r') ON CONFLICT DO NOTHING`,
  );
  await db.query(`INSERT INTO product_line VALUES ('l', 'L', 'L') ON CONFLICT DO NOTHING`);
  await db.query(
    `INSERT INTO product (code, line_code, name_en, name_zh, kind, definition)
     VALUES ('p', 'l', 'P', 'P', 'mri', '{}') ON CONFLICT DO NOTHING`,
  );
  await db.query(
    `INSERT INTO device (code, product_code, customer_code, station_code)
     SELECT $1 || n, 'p', 'c', 's' FROM generate_series(1, $2) n ON CONFLICT DO NOTHING`,
    [prefix, count],
  );
  const { rows } = await db.query<{ id: number; code: string }>('SELECT id, code FROM device');
  const devices = new Map<string, DeviceFacts>(
    rows.map(({ id, code }) => [code, { id, code, gateway: gateway(code), metrics }]),
  );
  const find = (code: string): DeviceFacts | null => devices.get(code) ?? null;
  return { find, load: async (code) => find(code) };
}
