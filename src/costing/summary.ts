// The pivot: cost by any dimensions over a range of periods, direct beside allocated, with what is still
// unallocated and what capacity nobody used costs, all in one currency and all exact. Answered from the cube.
import type { Scope } from '../contracts/access.ts';
import type { Summary, SummaryQuery } from '../contracts/http/costs.ts';
import { moneyOf } from '../contracts/money.ts';
import { Problem } from '../contracts/problems.ts';
import type { Period } from '../contracts/time.ts';
import type { Database, Queryable } from '../db/database.ts';
import { parseDimensions, parseFilter, type PeriodSpan, parsePeriods } from './core/cost-query.ts';
import { type Amounts, byOrigin, NOTHING, plus, totalOf } from './core/origins.ts';
import { countOfPeriods } from './core/periods.ts';
import { AS_POSTED } from './core/value-mapping.ts';
import { type CellRow, readCells } from './cube/cells.ts';
import type { CostCube } from './cube/cost-cube.ts';
import { TooManyGroups } from './cube/groups.ts';
import { readMappings } from './dimension-mappings.ts';
import { convertCells } from './convert-cells.ts';
import { labellerFor } from './labels.ts';

/** More rows than a person can look at; the answer is refused, never cut. */
const ROW_LIMIT = 10_000;

export interface SummaryDefaults {
  period: Period;
  currency: string;
}

/** A period nothing was posted to yet has no row, and is as open as one that has. */
async function isProvisional(db: Queryable, { from, to }: PeriodSpan): Promise<boolean> {
  const { rows } = await db.query<{ closed: number }>(
    `SELECT count(*)::integer AS closed FROM period WHERE state = 'closed' AND code BETWEEN $1 AND $2`,
    [from, to],
  );
  return (rows[0]?.closed ?? 0) < countOfPeriods(from, to);
}

const sumOf = (rows: readonly Amounts[]): Amounts => rows.reduce(plus, NOTHING);

const compareText = (a: string | null, b: string | null): number =>
  a === b ? 0 : a === null ? 1 : b === null ? -1 : a < b ? -1 : 1;

/** The dearest first; equal ones by their keys, so that an answer never depends on how it was found. */
const byCost =
  (by: readonly string[]) =>
  (a: CellRow, b: CellRow): number => {
    const [costA, costB] = [totalOf(a.amounts), totalOf(b.amounts)];
    if (costA !== costB) return costA > costB ? -1 : 1;
    for (const dimension of by) {
      const order = compareText(a.keys[dimension] ?? null, b.keys[dimension] ?? null);
      if (order !== 0) return order;
    }
    return 0;
  };

export interface SummarySources {
  database: Database;
  cube: CostCube;
}

function refuseTooMany(error: unknown): never {
  if (!(error instanceof TooManyGroups)) throw error;
  throw new Problem('refused', `More than ${ROW_LIMIT} rows; ask for fewer dimensions or filter`);
}

export async function costSummary(
  { database, cube }: SummarySources,
  query: SummaryQuery,
  scope: Scope,
  defaults: SummaryDefaults,
): Promise<Summary> {
  const by = parseDimensions(query.by);
  const span = parsePeriods(query.period, defaults.period);
  const currency = query.currency ?? defaults.currency;
  const mappings = query.values === 'as-posted' ? AS_POSTED : await readMappings(database);
  const question = { by, filters: parseFilter(query.filter), scope, mappings };
  const { position, cells } = await cube
    .ask(span, (view) => ({ position: view.position, cells: readCells(view, question, currency, ROW_LIMIT) }))
    .catch(refuseTooMany);
  const { rows, rates, notConverted } = await convertCells(database, cells, currency);
  if (rows.length > ROW_LIMIT) refuseTooMany(new TooManyGroups());
  rows.sort(byCost(by));
  const keysOfRows = rows.map(({ keys }) => keys);
  const [label, provisional] = await Promise.all([
    labellerFor(database, by, keysOfRows),
    isProvisional(database, span),
  ]);
  const money = (minor: bigint) => moneyOf(minor, currency);
  const sums = (row: Amounts) => ({ ...byOrigin((origin) => money(row[origin])), total: money(totalOf(row)) });
  const total = sumOf(rows.map(({ amounts }) => amounts));
  return {
    by,
    ...span,
    currency,
    // Without dimensions there is the total alone.
    rows: (by.length === 0 ? [] : rows).map(({ keys, amounts, lines }) => ({
      keys,
      labels: Object.fromEntries(by.map((dimension) => [dimension, label(dimension, keys[dimension] ?? null)])),
      ...sums(amounts),
      lines,
    })),
    ...sums(total),
    exchange: rates,
    notConverted,
    provisional,
    position,
  };
}
