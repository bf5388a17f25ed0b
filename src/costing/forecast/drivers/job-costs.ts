// What finished jobs cost: those that are counted, with their own cost, whenever it was posted; shared cost and jobs under way are
// not among it.
import type { Scope } from '../../../contracts/access.ts';
import type { Dimension } from '../../../contracts/costs.ts';
import { boundsOf, isoOf, type Period } from '../../../contracts/time.ts';
import type { Queryable } from '../../../db/database.ts';
import { convertCells } from '../../convert-cells.ts';
import { codesOf, type DimensionFilters, type PeriodSpan } from '../../core/cost-query.ts';
import type { CostSide } from '../../core/forecast/drivers/driver-model.ts';
import { NOTHING } from '../../core/origins.ts';
import type { ValueMappings } from '../../core/value-mapping.ts';
import type { CellRow, Cells } from '../../cube/cells.ts';
import { conditionOf } from '../../dimension-columns.ts';
import { columnsOf, type JobCount, JOBS, keyOfPosted, readJobCounts } from '../../maintenance-jobs.ts';
import { sideOfKind } from './cost-sides.ts';

export interface JobsQuestion {
  /** Dimensions that units have. */
  by: readonly Dimension[];
  filters: DimensionFilters;
  span: PeriodSpan;
  scope: Scope;
  mappings: ValueMappings;
  currency: string;
}

export interface FinishedJobs {
  n: number;
  /** Of all of them together; `null`: some of it has no rate to the currency. */
  minor: bigint | null;
}

/** Of a side of a cell, from a month on. */
export type FinishedJobsOf = (
  side: CostSide,
  keys: Readonly<Record<string, string | null>>,
  from: Period,
) => FinishedJobs;

interface CostRow {
  values: (string | null)[];
  completed: Period;
  kind: string;
  element: string;
  currency: string;
  period: Period;
  minor: bigint;
}

async function readCosts(db: Queryable, question: JobsQuestion): Promise<CostRow[]> {
  const { by, filters, span, scope, mappings } = question;
  const { element, ...ofJobs } = filters;
  const condition = conditionOf(ofJobs, scope, 2, mappings);
  const { rows } = await db.query<CostRow>(
    `SELECT finished.values, finished.period AS completed, finished.kind, f.element, f.currency, f.period, sum(f.amount_minor)::bigint AS minor
     FROM (SELECT id, ${columnsOf(by)} AS values, period, kind FROM ${JOBS}
           WHERE completed_at >= $1 AND completed_at < $2 ${condition.sql}) finished
     JOIN cost_fact f ON f.work_order_id = finished.id AND f.pool IS NULL GROUP BY 1, 2, 3, 4, 5, 6`,
    [isoOf(boundsOf(span.from).fromMs), isoOf(boundsOf(span.to).toMs), ...condition.values],
  );
  return element === undefined ? rows : rows.filter((row) => codesOf(element).includes(row.element));
}

/** Each currency and month by itself, as they are brought over. */
function cellsOf(rows: readonly CostRow[], { by, mappings }: JobsQuestion): Cells[] {
  const cells = new Map<string, Cells>();
  for (const { values, completed, kind, element, currency, period, minor } of rows) {
    const key = `${currency} ${period}`;
    const cell = cells.get(key) ?? { currency, period, rows: [] };
    const keys = { key: keyOfPosted(by, values, mappings), completed, kind, element };
    cell.rows.push({ keys, amounts: { ...NOTHING, direct: minor }, lines: 1 });
    cells.set(key, cell);
  }
  return [...cells.values()];
}

export async function readFinishedJobs(db: Queryable, question: JobsQuestion): Promise<FinishedJobsOf> {
  const { by, filters, mappings, currency } = question;
  const { element: _, ...ofJobs } = filters;
  const counts = await readJobCounts(db, { ...question, filters: ofJobs });
  const costs = await convertCells(db, cellsOf(await readCosts(db, question), question), currency);
  return (side, keys, from) => {
    const { 'maintenance-kind': kind, element } = keys;
    const key = keyOfPosted(
      by,
      by.map((dimension) => keys[dimension] ?? null),
      mappings,
    );
    const isOfKind = (one: string): boolean => sideOfKind(one) === side && (kind === undefined || kind === one);
    const isCounted = (job: JobCount): boolean => job.key === key && isOfKind(job.kind) && job.period >= from;
    const isOf = ({ keys: own }: CellRow): boolean =>
      own['key'] === key &&
      isOfKind(own['kind'] ?? '') &&
      (own['completed'] ?? '') >= from &&
      (element === undefined || element === own['element']);
    return {
      n: counts.filter(isCounted).reduce((sum, { jobs }) => sum + jobs, 0),
      minor:
        costs.notConverted.length > 0
          ? null
          : costs.rows.filter(isOf).reduce((sum, { amounts }) => sum + amounts.direct, 0n),
    };
  };
}
