// How far each line of a budget is used up, where it will end, and on which day it will be passed: cost as the pivot answers it,
// months to come as the forecast expects them.
import { inScope, type Scope } from '../../contracts/access.ts';
import type { Dimension } from '../../contracts/costs.ts';
import type { BudgetConsumption, BudgetUse, ConsumptionQuery } from '../../contracts/http/budgets.ts';
import { moneyOf } from '../../contracts/money.ts';
import { Problem } from '../../contracts/problems.ts';
import { type Clock, periodOf, type Period } from '../../contracts/time.ts';
import type { Database } from '../../db/database.ts';
import { crossingDay } from '../core/budget/crossing.ts';
import type { ForecastStep } from '../core/forecast/forecast.ts';
import { chanceAbove } from '../core/forecast/spread.ts';
import { type DimensionFilters, parseFilter, parsePeriods, type PeriodSpan } from '../core/cost-query.ts';
import { countOfPeriods, periodsBetween } from '../core/periods.ts';
import { type ReadSummary, readMonthSeries } from '../forecast/month-series.ts';
import { bandOf, project, type Projection } from '../forecast/projection.ts';
import { labellerFor } from '../labels.ts';
import { budgetInForce, type StoredLine } from './budget-versions.ts';
import { commitmentOf } from './open-jobs.ts';

/** An expected overrun of more than this share of the budget is told. */
export const OVERRUN_LIMIT = 0.05;
/** Parts of a budget that are followed at once; each is a pivot of its own. */
export const BUDGET_PARTS_LIMIT = 300;
/** Months ahead; a budget that ends later is projected to there. */
const FARTHEST = 24;

export interface ConsumptionSources {
  database: Database;
  summary: ReadSummary;
  clock: Clock;
}

interface Question {
  span: PeriodSpan;
  currency: string;
  scope: Scope;
  openMonth: Period;
  nowMs: number;
}

interface PartBudget {
  part: string;
  filters: DimensionFilters;
  byMonth: Map<Period, bigint>;
}

function partsOf(lines: readonly StoredLine[], { from, to }: PeriodSpan): PartBudget[] {
  const parts = new Map<string, PartBudget>();
  for (const { part, period, amount_minor } of lines) {
    if (period < from || period > to) continue;
    const one = parts.get(part) ?? { part, filters: parseFilter(part), byMonth: new Map<Period, bigint>() };
    one.byMonth.set(period, amount_minor);
    parts.set(part, one);
  }
  return [...parts.values()];
}

const sum = (values: readonly bigint[]): bigint => values.reduce((all, value) => all + value, 0n);

/** Months of the span that are over: exact. */
interface Past {
  minor: bigint;
  months: { period: Period; amount: number }[];
}

/** The path of expected, least or most cost: by month, whatever the sum up to it says. */
function pathOf(past: Past, ahead: readonly Period[], summed: readonly ForecastStep[], side: keyof ForecastStep) {
  let before = 0;
  return [
    ...past.months,
    ...ahead.map((period, step) => {
      const upTo = summed[step]?.[side] ?? before;
      const amount = upTo - before;
      before = upTo;
      return { period, amount };
    }),
  ];
}

interface Outlook {
  projected: ForecastStep | null;
  probability: number | null;
  crossing: BudgetUse['crossing'];
}

function outlookOf(
  past: Past,
  posted: bigint,
  ahead: readonly Period[],
  budget: bigint,
  projection: Projection | null,
): Outlook {
  const limit = Number(budget);
  const spent = Number(past.minor);
  if (ahead.length === 0 || !projection) {
    const all = [...past.months, ...ahead.slice(0, 1).map((period) => ({ period, amount: Number(posted) }))];
    const day = crossingDay(all, limit);
    const isOver = ahead.length === 0;
    const end = { low: spent, expected: spent, high: spent };
    return {
      projected: isOver ? end : null,
      probability: isOver ? (spent > limit ? 1 : 0) : null,
      crossing: { expected: day, earliest: day, latest: day },
    };
  }
  const { summed } = projection;
  const last = summed[ahead.length - 1] ?? { low: 0, expected: 0, high: 0 };
  const dayOn = (side: keyof ForecastStep) => crossingDay(pathOf(past, ahead, summed, side), limit);
  const isCertain = spent + Number(posted) > limit;
  return {
    projected: { low: spent + last.low, expected: spent + last.expected, high: spent + last.high },
    probability: isCertain ? 1 : chanceAbove(last, limit - spent),
    crossing: { expected: dayOn('expected'), earliest: dayOn('high'), latest: dayOn('low') },
  };
}

async function useOf(
  sources: ConsumptionSources,
  { part, filters, byMonth }: PartBudget,
  question: Question,
): Promise<BudgetUse> {
  const { span, currency, scope, openMonth, nowMs } = question;
  const { series } = await readMonthSeries(sources.summary, { by: [], filter: part, currency, openMonth }, scope);
  const own = series[0] ?? { keys: {}, labels: {}, periods: [], minor: [], postedMinor: 0n };
  const months = periodsBetween(span.from, span.to);
  const ahead = months.filter((period) => period >= openMonth);
  // From the open month on, though the span may begin later: what comes before it is left away again.
  const skipped = ahead[0] === undefined ? 0 : countOfPeriods(openMonth, ahead[0]) - 1;
  const horizon = Math.min(FARTHEST, skipped + ahead.length);
  const projection = skipped > 0 || ahead.length === 0 ? null : project(own, { openMonth, nowMs, horizon });
  const posted = ahead[0] === openMonth ? own.postedMinor : 0n;
  const costOf = new Map(own.periods.map((period, i) => [period, own.minor[i] ?? 0n]));
  const gone = months.filter((period) => period < openMonth);
  const past: Past = {
    minor: sum(gone.map((period) => costOf.get(period) ?? 0n)),
    months: gone.map((period) => ({ period, amount: Number(costOf.get(period) ?? 0n) })),
  };
  const budget = sum([...byMonth.values()]);
  const spent = past.minor + posted;
  const { projected, probability, crossing } = outlookOf(past, posted, ahead, budget, projection);
  const money = (minor: bigint) => moneyOf(minor, currency);
  const overrun = projected === null ? null : BigInt(Math.round(projected.expected)) - budget;
  const committed = await commitmentOf(sources.database, filters, { currency, scope, nowMs });
  return {
    part: filters as Record<string, string>,
    labels: {},
    budget: money(budget),
    budgetToDate: money(sum([...byMonth].flatMap(([period, minor]) => (period <= openMonth ? [minor] : [])))),
    spent: money(spent),
    consumed: budget === 0n ? null : Number(spent) / Number(budget),
    committed: {
      amount: money(committed.minor),
      jobs: committed.jobs,
      pastJobs: committed.pastJobs,
      unknown: committed.unknown,
    },
    projected: projected && bandOf(projected, currency),
    overrun: overrun === null ? null : money(overrun),
    probability,
    crossing,
    isOverLimit: overrun !== null && Number(overrun) > OVERRUN_LIMIT * Number(budget),
    historyMonths: own.periods.length,
    months: months.map((period) => {
      const step = projection?.months.find((month) => month.period === period);
      const isKnown = period < openMonth || (period === openMonth && posted !== 0n);
      return {
        period,
        budget: money(byMonth.get(period) ?? 0n),
        spent: isKnown ? money(period === openMonth ? posted : (costOf.get(period) ?? 0n)) : null,
        projected: step ? bandOf(step, currency) : null,
      };
    }),
  };
}

const overrunOf = ({ overrun }: BudgetUse): number => (overrun === null ? -Infinity : Number(overrun.amount));

export async function budgetConsumption(
  sources: ConsumptionSources,
  query: ConsumptionQuery,
  scope: Scope,
): Promise<BudgetConsumption> {
  const nowMs = sources.clock.now();
  const openMonth = periodOf(nowMs);
  const found = await budgetInForce(sources.database, query.code);
  const common = { openMonth, limit: OVERRUN_LIMIT };
  if (!found) return { budget: null, from: null, to: null, ...common, rows: [], outOfScope: 0 };
  const { budget, lines } = found;
  const span =
    query.period === undefined ? { from: budget.from, to: budget.to } : parsePeriods(query.period, openMonth);
  const all = partsOf(lines, span);
  // A line for more than this person sees would be held against a part of its cost.
  const parts = all.filter(({ filters }) =>
    inScope(scope, { region: filters.region ?? null, customer: filters.customer ?? null }),
  );
  if (parts.length > BUDGET_PARTS_LIMIT) {
    throw new Problem(
      'refused',
      `This budget has ${parts.length} parts; ${BUDGET_PARTS_LIMIT} are followed at once: take fewer dimensions`,
    );
  }
  const question = { span, currency: budget.currency, scope, openMonth, nowMs };
  const rows: BudgetUse[] = [];
  for (const part of parts) rows.push(await useOf(sources, part, question));
  const dimensions = [...new Set(parts.flatMap(({ filters }) => Object.keys(filters) as Dimension[]))];
  const label = await labellerFor(
    sources.database,
    dimensions,
    parts.map(({ filters }) => filters as Record<string, string>),
  );
  for (const row of rows) {
    row.labels = Object.fromEntries(
      Object.entries(row.part).map(([dimension, code]) => [dimension, label(dimension as Dimension, code)]),
    );
  }
  rows.sort((a, b) => overrunOf(b) - overrunOf(a));
  return { budget, ...span, ...common, rows, outOfScope: all.length - parts.length };
}
