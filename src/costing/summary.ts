// The pivot: cost by any dimensions over a range of periods, direct beside allocated, with what is still
// unallocated and what capacity nobody used costs, all in one currency and all exact. Answered from the cube.
import type { Scope } from '../contracts/access.ts';
import type { Dimension } from '../contracts/costs.ts';
import type { Summary, SummaryQuery } from '../contracts/http/costs.ts';
import { moneyOf } from '../contracts/money.ts';
import { Problem } from '../contracts/problems.ts';
import type { Period } from '../contracts/time.ts';
import type { Database, Queryable } from '../db/database.ts';
import { parseDimensions, parseFilter, type PeriodSpan, parsePeriods } from './core/cost-query.ts';
import { type Amounts, byOrigin, NOTHING, plus, totalOf } from './core/origins.ts';
import { countOfPeriods } from './core/periods.ts';
import { AS_POSTED } from './core/value-mapping.ts';
import { readCells } from './cube/cells.ts';
import type { CostCube } from './cube/cost-cube.ts';
import { TooManyGroups } from './cube/groups.ts';
import type { CubeQuestion } from './cube/question.ts';
import { readMappings } from './dimension-mappings.ts';
import { convertCells } from './convert-cells.ts';
import { labellerFor, othersName } from './labels.ts';
import { type FoldedRow, foldSmaller } from './top-values.ts';

/** More rows than a person can look at; the answer is refused, never cut in silence. */
const ROW_LIMIT = 10_000;
/** Groups that are looked through for the largest: about 25 MB while it lasts. */
const GROUP_LIMIT = 300_000;

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

/**
 * The dearest first, and what stands for many last; equal ones by their keys, so that an answer never depends on how it was found.
 * What a row costs is added up once, however often it is compared.
 */
function byCost(rows: readonly FoldedRow[], by: readonly string[]): FoldedRow[] {
  const compared = rows.map((row) => ({ row, cost: totalOf(row.amounts), folded: Object.keys(row.others).length }));
  compared.sort((a, b) => {
    if (a.folded !== b.folded) return a.folded - b.folded;
    if (a.cost !== b.cost) return a.cost > b.cost ? -1 : 1;
    for (const dimension of by) {
      const order = compareText(a.row.keys[dimension] ?? null, b.row.keys[dimension] ?? null);
      if (order !== 0) return order;
    }
    return 0;
  });
  return compared.map(({ row }) => row);
}

export interface SummarySources {
  database: Database;
  cube: CostCube;
  /** Told when an answer was refused for its rows. */
  onTooMany?: (() => void) | undefined;
}

const refusal = (limit: number): Problem =>
  new Problem(
    'refused',
    `More than ${limit} rows; ask for the largest values (top=500,15), for fewer dimensions, or filter`,
  );

/** How many values of each dimension stand by themselves. */
function topsOf(top: string | undefined, by: readonly Dimension[]): number[] {
  const tops = top === undefined ? [] : top.split(',').map(Number);
  if (tops.length > by.length)
    throw new Problem('validation-failed', 'top: one number for each dimension of `by`, in its order');
  return tops;
}

/** Every group there is, or the largest and the others as one. */
async function readRows(
  { database, cube, onTooMany }: SummarySources,
  question: Pick<CubeQuestion, 'by' | 'filters' | 'scope' | 'mappings'> & { span: PeriodSpan; tops: number[] },
  currency: string,
) {
  const { span, tops, ...asked } = question;
  const limit = tops.length === 0 ? ROW_LIMIT : GROUP_LIMIT;
  const refuse = (error: unknown): never => {
    if (!(error instanceof TooManyGroups)) throw error;
    onTooMany?.();
    throw refusal(limit);
  };
  const { position, cells } = await cube
    .ask(span, (view) => ({ position: view.position, cells: readCells(view, asked, currency, limit) }))
    .catch(refuse);
  const converted = await convertCells(database, cells, currency);
  const rows = foldSmaller(converted.rows, asked.by, tops);
  if (rows.length > ROW_LIMIT) {
    onTooMany?.();
    throw refusal(ROW_LIMIT);
  }
  return { ...converted, rows: byCost(rows, asked.by), position };
}

export async function costSummary(
  sources: SummarySources,
  query: SummaryQuery,
  scope: Scope,
  defaults: SummaryDefaults,
): Promise<Summary> {
  const { database } = sources;
  const by = parseDimensions(query.by);
  const span = parsePeriods(query.period, defaults.period);
  const currency = query.currency ?? defaults.currency;
  const mappings = query.values === 'as-posted' ? AS_POSTED : await readMappings(database);
  const tops = topsOf(query.top, by);
  const question = { by, filters: parseFilter(query.filter), scope, mappings, span, tops };
  const { rows, rates, notConverted, position } = await readRows(sources, question, currency);
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
    rows: (by.length === 0 ? [] : rows).map(({ keys, others, amounts, lines }) => ({
      keys,
      labels: Object.fromEntries(
        by.map((dimension) => {
          const n = others[dimension];
          return [dimension, n === undefined ? label(dimension, keys[dimension] ?? null) : othersName(n)];
        }),
      ),
      ...(Object.keys(others).length > 0 ? { others } : {}),
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
