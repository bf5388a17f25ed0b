// Drivers (statistical key figures) of a period: who moved each one and by how much. Receivers get their number here, once
// for each set of dimensions they had.
import type { Driver } from '../contracts/http/allocation.ts';
import { digitsOf } from '../contracts/money.ts';
import { Problem } from '../contracts/problems.ts';
import { boundsOf, isoOf, type Period } from '../contracts/time.ts';
import type { Queryable } from '../db/database.ts';
import type { DriverColumn } from './core/cycle-network.ts';
import { FACT_DIMENSION_COLUMNS } from './dimension-columns.ts';
import { DRIVER_QUERIES, IN_SERVICE_AT_END, movedByFacts } from './driver-queries.ts';
import { numbersOf } from './packed-arrays.ts';

export interface DriverQuestion {
  driver: Driver;
  period: Period;
  /** Empty for drivers that are the same in every currency. */
  currency: string;
}

export interface DriverRead extends DriverColumn {
  unknownDevices: string[];
}

const DIMENSIONS = FACT_DIMENSION_COLUMNS.join(', ');
/** Every parameter with its type, for statements that use only some. */
const ASKED = `asked AS (SELECT $1::bpchar, $2::timestamptz, $3::timestamptz, $4::text, $5::bigint[], $6::bigint)`;

/**
 * One pass over `moved`, which tells of each receiver what it moved of every driver (`NULL`: nothing): receivers without a
 * number get one, and each driver's column comes in the order that breaks ties, by what receivers are called and never by
 * when they were first seen. Numbered ones and fresh ones meet in a GROUP BY: the planner takes both for a handful, and would
 * join every one with every one. `OFFSET 0` keeps it from working out each key twice.
 */
function readSql(moved: string, drivers: readonly Driver[]): string {
  const quantities = drivers.map((_, index) => `q${index}`);
  const ofDrivers = (of: (quantity: string) => string): string => quantities.map(of).join(', ');
  return `WITH ${ASKED}, moved AS (${moved}),
  keyed AS (SELECT moved.*, receiver_key(VARIADIC ARRAY[kind, code, ${DIMENSIONS}]) AS key FROM moved OFFSET 0),
  known AS MATERIALIZED (SELECT keyed.*, r.id AS receiver FROM keyed LEFT JOIN cost_receiver r ON r.key = keyed.key),
  fresh AS (INSERT INTO cost_receiver (key, kind, code, work_order_id, ${DIMENSIONS})
    SELECT key, kind, code, work_order_id, ${DIMENSIONS} FROM known WHERE receiver IS NULL
    ORDER BY key ON CONFLICT (key) DO NOTHING RETURNING id, key),
  numbered AS (
    SELECT max(id) AS id, ${ofDrivers((q) => `max(${q}) AS ${q}`)} FROM (
      SELECT key, kind, work_order_id, code, receiver AS id, ${quantities.join(', ')} FROM known
      UNION ALL SELECT key, NULL, NULL, NULL, id, ${ofDrivers(() => 'NULL')} FROM fresh) met
    GROUP BY key ORDER BY max(kind), max(work_order_id), max(code) COLLATE "C", key)
  SELECT count(*) FILTER (WHERE id IS NULL)::integer AS unnumbered, ${ofDrivers(
    (q) => `array_agg(id) FILTER (WHERE ${q} IS NOT NULL)::text AS i${q},
    array_agg(${q}) FILTER (WHERE ${q} IS NOT NULL)::text AS ${q}`,
  )} FROM numbered`;
}

function valuesOf({ period, currency }: Omit<DriverQuestion, 'driver'>, jobs: readonly number[] | null): unknown[] {
  const { fromMs, toMs } = boundsOf(period);
  const scale = currency === '' ? 1n : 10n ** BigInt(3 - digitsOf(currency));
  return [period, isoOf(fromMs), isoOf(toMs), currency, jobs, scale];
}

/** Devices in service that told nothing of the metric in the period, though their product has it. */
async function unknownDevices(db: Queryable, { driver, period }: DriverQuestion): Promise<string[]> {
  const { metric } = DRIVER_QUERIES[driver];
  if (metric === null) return [];
  const { fromMs, toMs } = boundsOf(period);
  const { rows } = await db.prepared<{ code: string }>(
    'driver-unknown',
    `SELECT d.device AS code FROM device_stretch d JOIN product p ON p.code = d.product
     WHERE ${IN_SERVICE_AT_END} AND p.definition->'metrics' @> jsonb_build_array(jsonb_build_object('code', $1::text))
       AND NOT EXISTS (SELECT FROM reading_daily r WHERE r.device_id = d.device_id AND r.bucket >= $2::timestamptz
                       AND r.bucket < $3::timestamptz AND r.metric_id = (SELECT id FROM metric WHERE code = $1))
     ORDER BY d.device`,
    [metric, isoOf(fromMs), isoOf(toMs)],
  );
  return rows.map(({ code }) => code);
}

/** What each sort and grouping of a whole month may take in the database, instead of files on its disk. */
const MEMORY_OF_A_READ = '64MB';
const nobody = (driver: Driver): DriverColumn => ({
  receiverIds: new Int32Array(0),
  quantitiesMilli: new Float64Array(0),
  perUnit: DRIVER_QUERIES[driver].perUnit,
});

interface PackedColumn {
  driver: Driver;
  ids: string;
  quantities: string;
}

/** One receiver moved more than is counted with: who, and what to do about it. */
async function tooMuch(db: Queryable, { driver, ids, quantities }: PackedColumn, period: unknown): Promise<Problem> {
  const listOf = (packed: string): string[] => packed.slice(1, -1).split(',');
  const at = listOf(quantities).findIndex((quantity) => !Number.isSafeInteger(Number(quantity)));
  const { rows } = await db.query<{ kind: string; code: string }>(
    'SELECT kind, code FROM cost_receiver WHERE id = $1',
    [listOf(ids)[at]],
  );
  const [moved, most] = [listOf(quantities)[at], Number.MAX_SAFE_INTEGER].map(
    (milli) => Number(milli) / (1000 * DRIVER_QUERIES[driver].perUnit),
  );
  return new Problem(
    'refused',
    `Driver ${driver} in ${String(period)}: ${rows[0]?.kind} ${rows[0]?.code} moved ${moved}, more than ${most}; reverse what was recorded by mistake, or choose another driver`,
  );
}

async function unpack(db: Queryable, packed: PackedColumn, period: unknown): Promise<DriverColumn> {
  try {
    return {
      receiverIds: Int32Array.from(numbersOf(packed.ids)),
      quantitiesMilli: numbersOf(packed.quantities),
      perUnit: DRIVER_QUERIES[packed.driver].perUnit,
    };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw await tooMuch(db, packed, period);
  }
}

/** The column of each driver; `name` stands for the statement `moved`. */
async function readColumns(
  db: Queryable,
  { name, moved, drivers }: { name: string; moved: string; drivers: readonly Driver[] },
  values: readonly unknown[],
): Promise<(driver: Driver) => DriverColumn> {
  const sql = readSql(moved, drivers);
  for (;;) {
    const { rows } = await db.prepared<Record<string, string | null> & { unnumbered: number }>(
      `driver-${name} ${drivers.join(' ')}`,
      sql,
      values,
    );
    const [row] = rows;
    // Somebody else gave the same receiver its number at the same time: the next look finds it.
    if (row?.unnumbered !== 0) continue;
    const columns = new Map<Driver, DriverColumn>();
    for (const [index, driver] of drivers.entries()) {
      const [ids, quantities] = [row[`iq${index}`], row[`q${index}`]];
      if (ids && quantities) columns.set(driver, await unpack(db, { driver, ids, quantities }, values[0]));
    }
    return (driver) => columns.get(driver) ?? nobody(driver);
  }
}

export async function readDriver(db: Queryable, question: DriverQuestion): Promise<DriverRead> {
  const { driver } = question;
  const { sql, factSource } = DRIVER_QUERIES[driver];
  if (factSource) return { ...(await readFactDrivers(db, [driver], question))(driver), unknownDevices: [] };
  const moved = `SELECT source.*, quantity_milli AS q0 FROM (${sql}) source`;
  const columnOf = await readColumns(db, { name: 'all', moved, drivers: [driver] }, valuesOf(question, null));
  return { ...columnOf(driver), unknownDevices: await unknownDevices(db, question) };
}

/**
 * What jobs moved of several drivers in one currency, in one pass over their facts: all jobs, or those asked for. A job whose
 * facts are gone from a driver's view (all reversed into another period) is simply not among them.
 */
export async function readFactDrivers(
  db: Queryable,
  drivers: readonly Driver[],
  question: Omit<DriverQuestion, 'driver'>,
  jobs: readonly number[] | null = null,
): Promise<(driver: Driver) => DriverColumn> {
  // A month's jobs are sorted and grouped in memory; where this is no transaction, it counts for nothing.
  if (jobs === null) await db.query(`SELECT set_config('work_mem', '${MEMORY_OF_A_READ}', true)`);
  const moved = movedByFacts(drivers, jobs === null ? 'all' : 'asked');
  return readColumns(db, { name: jobs === null ? 'facts' : 'jobs', moved, drivers }, valuesOf(question, jobs));
}
