// The devices under a contract by component, with the age of each, and the devices of a product that past jobs were done on.
import { type EpochMs, HOUR_MS } from '../../contracts/time.ts';
import type { Queryable } from '../../db/database.ts';

export interface CoveredUnit {
  product: string;
  component: string;
  /** null: nobody knows when it was installed. */
  ageHours: number | null;
}

/** A component is as old as its device, or as the last job that put another in. */
const UNITS = `
  SELECT d.product_code AS product, c->>'code' AS component, greatest(d.installed_on::timestamptz, (
    SELECT max(w.completed_at) FROM work_order w
    WHERE w.device_id = d.id AND w.component = c->>'code' AND w.completed_at <= $2 AND (w.finding_confirmed OR EXISTS (
      SELECT FROM part_use u WHERE u.work_order_id = w.id GROUP BY u.work_order_id HAVING sum(u.quantity) > 0)))) AS since
  FROM device d JOIN product p ON p.code = d.product_code
  CROSS JOIN LATERAL jsonb_array_elements(p.definition->'components') WITH ORDINALITY AS parts(c, place)
  WHERE d.contract_code = $1 AND d.lifecycle = 'in-service' ORDER BY d.code, place LIMIT $3`;

/** Components of one contract that are simulated; a contract of more is estimated from these many. */
const UNITS_LIMIT = 50_000;

export async function readUnits(db: Queryable, contract: string, nowMs: EpochMs): Promise<CoveredUnit[]> {
  const { rows } = await db.query<{ product: string; component: string; since: Date | null }>(UNITS, [
    contract,
    new Date(nowMs),
    UNITS_LIMIT,
  ]);
  return rows.map(({ product, component, since }) => ({
    product,
    component,
    ageHours: since === null ? null : Math.max(0, nowMs - since.getTime()) / HOUR_MS,
  }));
}

export interface ProductFleet {
  /** Hours its devices were in service since `sinceMs`. */
  deviceHours: number;
  /** Its devices under the contract. */
  covered: number;
}

export async function readFleets(
  db: Queryable,
  contract: string,
  { sinceMs, nowMs }: { sinceMs: EpochMs; nowMs: EpochMs },
): Promise<Map<string, ProductFleet>> {
  const { rows } = await db.query<{ product: string; hours: number; covered: number }>(
    `SELECT d.product_code AS product, count(*) FILTER (WHERE d.contract_code = $1)::integer AS covered,
       sum(extract(epoch FROM $3::timestamptz - greatest(coalesce(d.installed_on::timestamptz, $2), $2)) / 3600)::float8 AS hours
     FROM device d WHERE d.lifecycle = 'in-service' AND coalesce(d.installed_on::timestamptz, $2) < $3
       AND d.product_code IN (SELECT product_code FROM device WHERE contract_code = $1 AND lifecycle = 'in-service')
     GROUP BY d.product_code ORDER BY d.product_code`,
    [contract, new Date(sinceMs), new Date(nowMs)],
  );
  return new Map(rows.map(({ product, hours, covered }) => [product, { deviceHours: hours, covered }]));
}
