// Drivers (statistical key figures) of a period: who moved each one and by how much. Receivers get their number here, once
// for each set of dimensions they had.
import type { Driver } from '../contracts/http/allocation.ts';
import { digitsOf } from '../contracts/money.ts';
import { boundsOf, isoOf, type Period } from '../contracts/time.ts';
import type { Queryable } from '../db/database.ts';
import type { DriverColumn } from './core/cycle-network.ts';
import { FACT_DIMENSION_COLUMNS } from './dimension-columns.ts';
import { DRIVER_QUERIES, fromFacts, IN_SERVICE } from './driver-queries.ts';
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

/** Receivers in the order that breaks ties: by what they are called, never by when they were first seen. */
const KEY_ORDER = 'k.kind, k.work_order_id, k.code COLLATE "C", k.key';
const DIMENSIONS = FACT_DIMENSION_COLUMNS.join(', ');
/** Every parameter with its type, for statements that use only some. */
const ASKED = `asked AS (SELECT $1::bpchar, $2::timestamptz, $3::timestamptz, $4::text, $5::bigint[], $6::bigint)`;

const keyed = (moved: string): string => `WITH ${ASKED}, moved AS (${moved}),
  keyed AS (SELECT moved.*, receiver_key(VARIADIC ARRAY[kind, code, ${DIMENSIONS}]) AS key FROM moved)`;
const readSql = (moved: string): string => `${keyed(moved)}
  SELECT k.driver, count(*) FILTER (WHERE r.id IS NULL)::integer AS unnumbered,
    array_agg(r.id ORDER BY ${KEY_ORDER})::text AS ids, array_agg(k.quantity_milli ORDER BY ${KEY_ORDER})::text AS quantities
  FROM keyed k LEFT JOIN cost_receiver r ON r.key = k.key GROUP BY k.driver`;
const numberSql = (moved: string): string => `${keyed(moved)}
  INSERT INTO cost_receiver (key, kind, code, work_order_id, ${DIMENSIONS})
  SELECT key, kind, code, work_order_id, ${DIMENSIONS} FROM keyed ORDER BY key ON CONFLICT (key) DO NOTHING`;
const tagged = (driver: Driver, sql: string): string => `SELECT '${driver}' AS driver, source.* FROM (${sql}) source`;

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
    `SELECT d.code FROM device d JOIN product p ON p.code = d.product_code
     WHERE ${IN_SERVICE} AND p.definition->'metrics' @> jsonb_build_array(jsonb_build_object('code', $1::text))
       AND NOT EXISTS (SELECT FROM reading_daily r WHERE r.device_id = d.id AND r.bucket >= $2::timestamptz
                       AND r.bucket < $3::timestamptz AND r.metric_id = (SELECT id FROM metric WHERE code = $1))
     ORDER BY d.code`,
    [metric, isoOf(fromMs), isoOf(toMs)],
  );
  return rows.map(({ code }) => code);
}

/** The column of each driver that anything moved; `name` stands for the statement `moved`. */
async function readColumns(
  db: Queryable,
  name: string,
  moved: string,
  values: readonly unknown[],
): Promise<Map<Driver, DriverColumn>> {
  for (;;) {
    const { rows } = await db.prepared<{ driver: Driver; unnumbered: number; ids: string; quantities: string }>(
      `driver-${name}`,
      readSql(moved),
      values,
    );
    if (rows.every(({ unnumbered }) => unnumbered === 0)) {
      const columnOf = (row: (typeof rows)[number]): DriverColumn => ({
        receiverIds: Int32Array.from(numbersOf(row.ids)),
        quantitiesMilli: numbersOf(row.quantities),
      });
      return new Map(rows.map((row) => [row.driver, columnOf(row)]));
    }
    await db.prepared(`driver-number-${name}`, numberSql(moved), values);
  }
}

const NOBODY = (): DriverColumn => ({ receiverIds: new Int32Array(0), quantitiesMilli: new Float64Array(0) });

export async function readDriver(db: Queryable, question: DriverQuestion): Promise<DriverRead> {
  const { driver } = question;
  const moved = tagged(driver, DRIVER_QUERIES[driver].sql);
  const columns = await readColumns(db, driver, moved, valuesOf(question, null));
  return { ...(columns.get(driver) ?? NOBODY()), unknownDevices: await unknownDevices(db, question) };
}

/**
 * What some jobs moved of several drivers in one currency, in one statement. A job whose facts are gone from a driver's
 * view (all reversed into another period) is simply not among them.
 */
export async function readJobs(
  db: Queryable,
  drivers: readonly Driver[],
  question: Omit<DriverQuestion, 'driver'>,
  jobs: readonly number[],
): Promise<(driver: Driver) => DriverColumn> {
  const sources = drivers.flatMap((driver) => {
    const { factSource } = DRIVER_QUERIES[driver];
    return factSource ? [tagged(driver, fromFacts(factSource, 'asked'))] : [];
  });
  const columns = await readColumns(
    db,
    `jobs ${drivers.join(' ')}`,
    sources.join(' UNION ALL '),
    valuesOf(question, jobs),
  );
  return (driver) => columns.get(driver) ?? NOBODY();
}
