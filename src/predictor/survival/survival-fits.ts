// Lives of a product's components as the database tells them, and the Weibull fitted to each.
import { type EpochMs, HOUR_MS } from '../../contracts/time.ts';
import type { Queryable } from '../../db/database.ts';
import { fitWeibull, type WeibullFit } from '../core/survival/fit.ts';
import type { CohortLife } from '../core/survival/cohorts.ts';

export interface KnownLife extends CohortLife {
  component: string;
  /** Neither failed nor taken out. */
  isInUse: boolean;
}

interface Row {
  component: string;
  firmware: string | null;
  lot: string | null;
  since: Date;
  ended: Date | null;
  failed: boolean;
}

const LIVES_LIMIT = 100_000;

/**
 * A component comes with its device and ends with a confirmed failure, or with a job that put another in, or a change without one
 * that somebody confirmed (which ends the watch, not the life); the lot of a later one is that of the part put in. A device nobody knows the installation of tells nothing
 * until a component of it is replaced.
 */
const LIVES = `
  WITH change AS (
    SELECT w.device_id, coalesce(f.component, w.component) AS component, w.completed_at AS at, f.failed_at,
      f.work_order_id IS NOT NULL AS failed,
      (SELECT max(u.lot) FROM part_use u WHERE u.work_order_id = w.id AND u.quantity > 0) AS lot
    FROM work_order w JOIN device d ON d.id = w.device_id LEFT JOIN known_failure f ON f.work_order_id = w.id
    WHERE d.product_code = $1 AND w.completed_at <= $2 AND (f.work_order_id IS NOT NULL OR w.finding_confirmed
      OR EXISTS (SELECT FROM part_use u WHERE u.work_order_id = w.id GROUP BY u.work_order_id HAVING sum(u.quantity) > 0))
    UNION ALL SELECT s.device_id, s.component, s.at, NULL, false, NULL
    FROM component_swap s JOIN device d ON d.id = s.device_id
    WHERE d.product_code = $1 AND s.decision = 'confirmed' AND s.decided_at <= $2
  ), start AS (
    SELECT d.id AS device_id, c->>'code' AS component, d.installed_on::timestamptz AS at, d.lot, false AS ends
    FROM device d JOIN product p ON p.code = d.product_code CROSS JOIN LATERAL jsonb_array_elements(p.definition->'components') c
    WHERE d.product_code = $1 AND d.installed_on <= $2::timestamptz
    UNION ALL SELECT device_id, component, at, lot, true FROM change WHERE component IS NOT NULL
  ), moment AS (
    SELECT device_id, component, at, min(at) FILTER (WHERE ends) OVER (PARTITION BY device_id, component ORDER BY at
      ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS ended
    FROM (SELECT device_id, component, at, bool_or(ends) AS ends FROM start GROUP BY 1, 2, 3) one
  ), life AS (
    SELECT s.device_id, s.component, s.lot, s.at AS since, m.ended FROM start s JOIN moment m USING (device_id, component, at)
  )
  SELECT l.component, d.firmware, l.lot, l.since, coalesce(c.failed_at, l.ended) AS ended, coalesce(c.failed, false) AS failed
  FROM life l JOIN device d ON d.id = l.device_id
  LEFT JOIN change c ON c.device_id = l.device_id AND c.component = l.component AND c.at = l.ended
  ORDER BY l.component, l.since, l.device_id LIMIT $3`;

export async function livesOfProduct(db: Queryable, product: string, nowMs: EpochMs): Promise<KnownLife[]> {
  const { rows } = await db.query<Row>(LIVES, [product, new Date(nowMs), LIVES_LIMIT]);
  return rows.flatMap(({ component, firmware, lot, since, ended, failed }) => {
    const toHours = ((ended?.getTime() ?? nowMs) - since.getTime()) / HOUR_MS;
    return toHours > 0 ? [{ component, firmware, lot, fromHours: 0, toHours, failed, isInUse: ended === null }] : [];
  });
}

export function byComponent<T extends KnownLife>(lives: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const life of lives) {
    const known = groups.get(life.component);
    if (known === undefined) groups.set(life.component, [life]);
    else known.push(life);
  }
  return groups;
}

/** Components of which at least one life ended in failure. */
export async function fitsOf(db: Queryable, product: string, nowMs: EpochMs): Promise<Map<string, WeibullFit>> {
  const fits = new Map<string, WeibullFit>();
  for (const [component, lives] of byComponent(await livesOfProduct(db, product, nowMs))) {
    const fit = fitWeibull(lives);
    if (fit !== null) fits.set(component, fit);
  }
  return fits;
}
