// The pivot: cost by any dimensions over a range of periods, direct beside allocated, with what is still unallocated,
// all in one currency and all exact.
import type { Scope } from '../contracts/access.ts';
import type { Dimension } from '../contracts/costs.ts';
import type { Summary, SummaryQuery } from '../contracts/http/costs.ts';
import { moneyOf } from '../contracts/money.ts';
import { Problem } from '../contracts/problems.ts';
import type { Period } from '../contracts/time.ts';
import type { Database, Queryable } from '../db/database.ts';
import { lastPosition } from '../db/event-log.ts';
import { parseDimensions, parseFilter, type PeriodSpan, parsePeriods } from './core/cost-query.ts';
import { countOfPeriods } from './core/periods.ts';
import { COST_LINES } from './cost-lines.ts';
import { COLUMN_OF, conditionOf } from './dimension-columns.ts';
import { labellerFor } from './labels.ts';

/** More rows than a person can look at; the answer is refused, never cut. */
const ROW_LIMIT = 10_000;

export interface SummaryDefaults {
  period: Period;
  currency: string;
}

type Amounts = { direct: bigint; allocated: bigint; unallocated: bigint; lines: number; is_total: boolean };
type PivotRow = Amounts & Record<`k${number}`, string | null>;

const AMOUNTS = `
  coalesce(sum(amount_minor) FILTER (WHERE origin = 'direct'), 0)::bigint AS direct,
  coalesce(sum(amount_minor) FILTER (WHERE origin = 'allocated'), 0)::bigint AS allocated,
  coalesce(sum(amount_minor) FILTER (WHERE origin = 'unallocated'), 0)::bigint AS unallocated,
  count(*)::integer AS lines`;

interface Pivot {
  by: readonly Dimension[];
  span: PeriodSpan;
  currency: string;
  filter: string | undefined;
  scope: Scope;
}

/** Rows and the grand total from one statement, so that they are of one instant. */
async function pivot(db: Queryable, { by, span, currency, filter, scope }: Pivot): Promise<PivotRow[]> {
  const condition = conditionOf(parseFilter(filter), scope, 3);
  const columns = by.map((dimension, index) => `${COLUMN_OF[dimension]} AS k${index}`);
  const keys = by.map((_, index) => `k${index}`);
  const { rows } = await db.query<PivotRow>(
    `SELECT ${[...keys, AMOUNTS].join(', ')}, ${keys.length > 0 ? `grouping(${keys.join(', ')}) <> 0` : 'true'} AS is_total
     FROM (SELECT ${['origin', 'amount_minor', ...columns].join(', ')} FROM ${COST_LINES} WHERE true ${condition.sql}) pivoted
     GROUP BY GROUPING SETS (${keys.length > 0 ? `(${keys.join(', ')}), ` : ''}())
     ORDER BY is_total DESC, sum(amount_minor) DESC${keys.map((key) => `, ${key}`).join('')}
     LIMIT ${ROW_LIMIT + 2}`,
    [span.from, span.to, currency, ...condition.values],
  );
  if (rows.length > ROW_LIMIT + 1) {
    throw new Problem('refused', `More than ${ROW_LIMIT} rows; ask for fewer dimensions or filter`);
  }
  return rows;
}

/** A period nothing was posted to yet has no row, and is as open as one that has. */
async function isProvisional(db: Queryable, { from, to }: PeriodSpan): Promise<boolean> {
  const { rows } = await db.query<{ closed: number }>(
    `SELECT count(*)::integer AS closed FROM period WHERE state = 'closed' AND code BETWEEN $1 AND $2`,
    [from, to],
  );
  return (rows[0]?.closed ?? 0) < countOfPeriods(from, to);
}

export async function costSummary(
  database: Database,
  query: SummaryQuery,
  scope: Scope,
  defaults: SummaryDefaults,
): Promise<Summary> {
  const by = parseDimensions(query.by);
  const span = parsePeriods(query.period, defaults.period);
  const currency = query.currency ?? defaults.currency;
  // Read before the numbers: they include at least everything up to it.
  const position = await lastPosition(database);
  const rows = await pivot(database, { by, span, currency, filter: query.filter, scope });
  const total = rows.find((row) => row.is_total);
  const keyed = rows
    .filter((row) => !row.is_total)
    .map((row) => ({ row, keys: Object.fromEntries(by.map((dimension, i) => [dimension, row[`k${i}`] ?? null])) }));
  const label = await labellerFor(
    database,
    by,
    keyed.map(({ keys }) => keys),
  );
  const money = (minor: bigint) => moneyOf(minor, currency);
  const sums = (row: Amounts | undefined) => ({
    direct: money(row?.direct ?? 0n),
    allocated: money(row?.allocated ?? 0n),
    total: money((row?.direct ?? 0n) + (row?.allocated ?? 0n) + (row?.unallocated ?? 0n)),
  });
  return {
    by,
    ...span,
    currency,
    rows: keyed.map(({ row, keys }) => ({
      keys,
      labels: Object.fromEntries(by.map((dimension) => [dimension, label(dimension, keys[dimension] ?? null)])),
      ...sums(row),
      lines: row.lines,
    })),
    ...sums(total),
    unallocated: money(total?.unallocated ?? 0n),
    provisional: await isProvisional(database, span),
    position,
  };
}
