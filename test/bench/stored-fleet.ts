// Millions of readings in a database of its own, by the quickest honest way: the database makes them itself, in batches
// sorted by key, into the real table with its real index.
import type { Database } from '../../src/db/database.ts';

export const DENSE_METRICS = 10;
export const INTERVAL_S = 60;
export const DAYS = 30;
const READINGS_PER_SERIES = (DAYS * 86_400) / INTERVAL_S;

/** Values as devices send them: a daily swing, noise, two decimals. */
const LOAD_DAY = `INSERT INTO reading (device_id, metric_id, measured_at, value, quality, received_at)
  SELECT d, m, t, round((50 + 10 * sin(extract(epoch FROM t) / 13751 + d + m) + 2 * random())::numeric, 2)::float8, 0, t
  FROM generate_series($1::int, $2::int) d, generate_series(1, ${DENSE_METRICS}) m,
    generate_series($3::timestamptz, $3::timestamptz + INTERVAL '1 day' - INTERVAL '1 second',
      INTERVAL '${INTERVAL_S} seconds') t`;

export interface StoredFleet {
  devices: number;
  readings: number;
}

/** Devices that speak once a minute with ten metrics: so many that 30 days make this number of readings. */
export const fleetFor = (readings: number): StoredFleet => {
  const devices = Math.max(1, Math.ceil(readings / READINGS_PER_SERIES / DENSE_METRICS));
  return { devices, readings: devices * DENSE_METRICS * READINGS_PER_SERIES };
};

/** Adds devices `fromDevice` to `toDevice` with `DAYS` days of readings that end at `endMs`. */
export async function loadReadings(
  db: Database,
  { fromDevice, toDevice, endMs }: { fromDevice: number; toDevice: number; endMs: number },
  onDay: (day: number) => Promise<void> = async () => {},
): Promise<void> {
  for (let day = 0; day < DAYS; day += 1) {
    const start = new Date(endMs - (DAYS - day) * 86_400_000);
    await db.query(LOAD_DAY, [fromDevice, toDevice, start]);
    await onDay(day);
  }
}

/** Ten thousand devices that each sent ten metrics a short while ago. */
export async function loadLatest(db: Database, devices: number, endMs: number): Promise<void> {
  await db.query(
    `INSERT INTO reading (device_id, metric_id, measured_at, value, quality, received_at)
     SELECT d, m, $2::timestamptz + (d % 50) * INTERVAL '1 second', d + m, 0, $2
     FROM generate_series(1, $1::int) d, generate_series(1, ${DENSE_METRICS}) m ON CONFLICT DO NOTHING`,
    [devices, new Date(endMs)],
  );
}
