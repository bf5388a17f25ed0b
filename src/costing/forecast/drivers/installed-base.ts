// The units in service and the lives of their components, counted by the dimensions that are asked for, values that were merged as
// one. A device is where it is now for all months: moves are not followed back.
import type { Scope } from '../../../contracts/access.ts';
import type { Dimension } from '../../../contracts/costs.ts';
import { isoOf, type EpochMs, type Period } from '../../../contracts/time.ts';
import type { Queryable } from '../../../db/database.ts';
import type { InstalledBase, LifeCohort, UnitCohort } from '../../core/forecast/drivers/driver-model.ts';
import { codesOf, type DimensionFilters } from '../../core/cost-query.ts';
import type { ValueMappings } from '../../core/value-mapping.ts';
import { conditionOf } from '../../dimension-columns.ts';
import { columnsOf, DEVICES_NOW } from '../../maintenance-jobs.ts';
import { monthNumberOf } from '../month-series.ts';

/** Counted rows of lives; with more, cost is forecast without its drivers, and says so. */
export const LIVES_LIMIT = 200_000;

export interface BaseQuestion {
  by: readonly Dimension[];
  filters: DimensionFilters;
  scope: Scope;
  mappings: ValueMappings;
  nowMs: EpochMs;
}

interface UnitRow {
  values: (string | null)[];
  since: Period | null;
  count: number;
}

interface LifeRow extends UnitRow {
  product: string;
  component: string;
  ended: Period | null;
}

const UNITS = (by: readonly Dimension[], condition: string): string => `
  SELECT ${columnsOf(by)} AS values, to_char(installed_on, 'YYYY-MM') AS since, count(*)::integer AS count
  FROM ${DEVICES_NOW} WHERE lifecycle = 'in-service' AND (installed_on IS NULL OR installed_on <= $1::timestamptz) ${condition}
  GROUP BY 1, 2`;

/** A component begins with its device and ends with the job that found it failed or put another in, or a swap a person confirmed. */
const LIVES = (by: readonly Dimension[], condition: string): string => `
  WITH unit AS (
    SELECT id, product, installed_on::timestamptz AS at, ${columnsOf(by)} AS values FROM ${DEVICES_NOW}
    WHERE lifecycle = 'in-service' AND (installed_on IS NULL OR installed_on <= $1::timestamptz) ${condition}
  ), begun AS (
    SELECT unit.id, c->>'code' AS component, unit.at
    FROM unit JOIN product p ON p.code = unit.product CROSS JOIN LATERAL jsonb_array_elements(p.definition->'components') c
    UNION
    SELECT w.device_id, w.component, w.completed_at FROM work_order w JOIN unit ON unit.id = w.device_id
    WHERE w.component IS NOT NULL AND w.completed_at <= $1 AND (w.finding_confirmed OR EXISTS (
      SELECT FROM part_use u WHERE u.work_order_id = w.id GROUP BY u.work_order_id HAVING sum(u.quantity) > 0))
    UNION
    SELECT s.device_id, s.component, s.decided_at FROM component_swap s JOIN unit ON unit.id = s.device_id
    WHERE s.decision = 'confirmed' AND s.decided_at <= $1
  ), life AS (
    SELECT id, component, at, lead(at) OVER (PARTITION BY id, component ORDER BY at NULLS FIRST) AS ended FROM begun
  )
  SELECT unit.values, unit.product, life.component, to_char(life.at, 'YYYY-MM') AS since, to_char(life.ended, 'YYYY-MM') AS ended,
    count(*)::integer AS count
  FROM life JOIN unit USING (id) GROUP BY 1, 2, 3, 4, 5 LIMIT ${LIVES_LIMIT + 1}`;

export const lifeKey = (product: string, component: string): string => `${product} ${component}`;

export interface CellBase extends InstalledBase {
  products: readonly string[];
}

export interface CountedBase {
  /** Of one cell; several codes of a dimension stand with `|` between them. */
  of(keys: Readonly<Record<string, string | null>>): CellBase;
}

const monthOf = (period: Period | null): number | null => (period === null ? null : monthNumberOf(period));

/** `null`: more lives than are counted. */
export async function readInstalledBase(
  db: Queryable,
  { by, filters, scope, mappings, nowMs }: BaseQuestion,
): Promise<CountedBase | null> {
  const condition = conditionOf(filters, scope, 1, mappings);
  const values = [isoOf(nowMs), ...condition.values];
  const { rows: unitRows } = await db.query<UnitRow>(UNITS(by, condition.sql), values);
  const { rows: lifeRows } = await db.query<LifeRow>(LIVES(by, condition.sql), values);
  if (lifeRows.length > LIVES_LIMIT) return null;
  const units = unitRows.map(({ values: posted, since, count }) => ({
    values: posted,
    cohort: { since: monthOf(since), count } satisfies UnitCohort,
  }));
  const lives = lifeRows.map(({ values: posted, product, component, since, ended, count }) => ({
    values: posted,
    product,
    cohort: {
      key: lifeKey(product, component),
      since: monthOf(since),
      ended: monthOf(ended),
      count,
    } satisfies LifeCohort,
  }));
  return {
    of(keys) {
      const wanted = by.map((dimension) => standInsOf(dimension, keys[dimension] ?? null, mappings));
      const isOf = (posted: readonly (string | null)[]): boolean =>
        by.every((dimension, i) => wanted[i]?.has(standInOf(dimension, posted[i] ?? null, mappings)) === true);
      const own = lives.filter((one) => isOf(one.values));
      return {
        units: units.filter((one) => isOf(one.values)).map(({ cohort }) => cohort),
        lives: own.map(({ cohort }) => cohort),
        products: [...new Set(own.map(({ product }) => product))].sort(),
      };
    },
  };
}

const standInOf = (dimension: Dimension, code: string | null, mappings: ValueMappings): string | null =>
  code === null ? null : mappings.standFor(dimension, code);

function standInsOf(dimension: Dimension, code: string | null, mappings: ValueMappings): Set<string | null> {
  if (code === null) return new Set([null]);
  return new Set(codesOf(code).map((one) => (one === '' ? null : mappings.standFor(dimension, one))));
}
