// How far each line of a budget is used up, where it will end, and on which day it will be passed: cost as the pivot answers it,
// months to come as the forecast expects them.
import { inScope, type Scope } from '../../contracts/access.ts';
import type { Dimension } from '../../contracts/costs.ts';
import type { BudgetConsumption, BudgetUse, ConsumptionQuery } from '../../contracts/http/budgets.ts';
import { moneyOf } from '../../contracts/money.ts';
import { Problem } from '../../contracts/problems.ts';
import { type Clock, periodOf, type Period } from '../../contracts/time.ts';
import { outlookOf } from '../core/budget/outlook.ts';
import { type DimensionFilters, parseFilter, parsePeriods, type PeriodSpan } from '../core/cost-query.ts';
import { countOfPeriods, periodsBetween } from '../core/periods.ts';
import type { ValueMappings } from '../core/value-mapping.ts';
import { readMappings } from '../dimension-mappings.ts';
import { readCostSides } from '../forecast/drivers/cost-sides.ts';
import { type DrivenCells, type DriverSources, readDrivenCells } from '../forecast/drivers/driver-desk.ts';
import {
  monthNumberOf,
  type MonthSeries,
  periodOfMonth,
  type ReadSummary,
  readMonthSeries,
} from '../forecast/month-series.ts';
import { bandOf, project, type Projection } from '../forecast/projection.ts';
import { labellerFor } from '../labels.ts';
import { type PartBudget, partsOf } from './budget-parts.ts';
import { budgetInForce } from './budget-versions.ts';
import { commitmentOf } from './open-jobs.ts';
import { readTold } from './overrun-notices.ts';

/** An expected overrun of more than this share of the budget is told. */
export const OVERRUN_LIMIT = 0.05;
/** Parts of a budget that are followed at once; each is a pivot of its own. */
export const BUDGET_PARTS_LIMIT = 300;
/** Months ahead that are followed; of a budget that ends later the rest is left out, and said to be. */
const FARTHEST = 24;

export interface ConsumptionSources extends DriverSources {
  summary: ReadSummary;
  clock: Clock;
}

interface Asking {
  span: PeriodSpan;
  currency: string;
  scope: Scope;
  openMonth: Period;
  nowMs: number;
  mappings: ValueMappings;
}

interface Question extends Asking {
  driven: DrivenBy;
  told: (part: string) => BudgetUse['told'];
}

const sum = (values: readonly bigint[]): bigint => values.reduce((all, value) => all + value, 0n);

/** Answers for any part of one set of dimensions: the installed base is read once for all of them. */
type DrivenBy = (filters: DimensionFilters) => Promise<DrivenCells>;

function drivenBy(sources: ConsumptionSources, { scope, openMonth, nowMs }: Asking): DrivenBy {
  const known = new Map<string, Promise<DrivenCells>>();
  return (filters) => {
    const by = Object.keys(filters) as Dimension[];
    const key = by.join(',');
    const cells = known.get(key) ?? readDrivenCells(sources, { by, filters: {}, openMonth, nowMs }, scope);
    known.set(key, cells);
    return cells;
  };
}

async function projectionOf(
  sources: ConsumptionSources,
  { part, filters }: PartBudget,
  { series, question, horizon }: { series: MonthSeries; question: Question; horizon: number },
): Promise<Projection | null> {
  const { currency, scope, openMonth, nowMs, driven } = question;
  const costs = (await readCostSides(sources.summary, { by: [], filter: part, currency, openMonth }, scope))(series);
  const cells = await driven(filters);
  const { forecasters } = await cells({ series, costs, keys: filters as Record<string, string> });
  return project(series, { openMonth, nowMs, horizon }, forecasters);
}

async function useOf(sources: ConsumptionSources, own: PartBudget, question: Question): Promise<BudgetUse> {
  const { part, filters, written, byMonth } = own;
  const { span, currency, scope, openMonth, nowMs } = question;
  const found = await readMonthSeries(sources.summary, { by: [], filter: part, currency, openMonth }, scope);
  const series = found.series[0] ?? { keys: {}, labels: {}, periods: [], minor: [], postedMinor: 0n };
  const months = periodsBetween(span.from, span.to);
  const periods = months.filter((period) => period >= openMonth);
  const skipped = periods[0] === undefined ? 0 : countOfPeriods(openMonth, periods[0]) - 1;
  const horizon = skipped + periods.length;
  const projection = horizon === 0 ? null : await projectionOf(sources, own, { series, question, horizon });
  const posted = periods[0] === openMonth ? series.postedMinor : 0n;
  const costOf = new Map(series.periods.map((period, i) => [period, series.minor[i] ?? 0n]));
  const gone = months.filter((period) => period < openMonth);
  const budget = sum([...byMonth.values()]);
  const spent = sum(gone.map((period) => costOf.get(period) ?? 0n)) + posted;
  const course = {
    past: gone.map((period) => ({ period, amount: Number(costOf.get(period) ?? 0n) })),
    posted: Number(posted),
    window: { skipped, periods },
    summed: projection && projection.summed,
  };
  const { projected, probability, crossing } = outlookOf(course, Number(budget));
  const money = (minor: bigint) => moneyOf(minor, currency);
  const overrun = projected === null ? null : BigInt(Math.round(projected.expected)) - budget;
  const committed = await commitmentOf(sources.database, filters, {
    currency,
    scope,
    nowMs,
    mappings: question.mappings,
  });
  return {
    part: filters as Record<string, string>,
    written: written.map((text) => parseFilter(text) as Record<string, string>),
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
    told: question.told(part),
    isOverLimit: overrun !== null && Number(overrun) > OVERRUN_LIMIT * Number(budget),
    model: projection && projection.series.model,
    historyMonths: series.periods.length,
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

/** As far as a forecast reaches; `null`: nothing of the budget is within it. */
function followed({ from, to }: PeriodSpan, openMonth: Period): PeriodSpan | null {
  const last = periodOfMonth(monthNumberOf(openMonth) + FARTHEST - 1);
  return from > last ? null : { from, to: to > last ? last : to };
}

export async function budgetConsumption(
  sources: ConsumptionSources,
  query: ConsumptionQuery,
  scope: Scope,
): Promise<BudgetConsumption> {
  const nowMs = sources.clock.now();
  const openMonth = periodOf(nowMs);
  const found = await budgetInForce(sources.database, query.code);
  const common = { openMonth, limit: OVERRUN_LIMIT, monthsAhead: FARTHEST };
  const nothing = { ...common, rows: [], outOfScope: 0, monthsLeftOut: 0, notConverted: [] };
  if (!found) return { budget: null, from: null, to: null, ...nothing };
  const { budget, lines } = found;
  const asked =
    query.period === undefined ? { from: budget.from, to: budget.to } : parsePeriods(query.period, openMonth);
  const span = followed(asked, openMonth);
  const monthsLeftOut = countOfPeriods(asked.from, asked.to) - (span ? countOfPeriods(span.from, span.to) : 0);
  if (!span) return { budget, ...asked, ...nothing, monthsLeftOut };
  const mappings = await readMappings(sources.database);
  const all = partsOf(lines, span, mappings);
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
  const { currency } = budget;
  const period = `${span.from}..${span.to}`;
  const { notConverted } = await sources.summary({ by: '', period, currency }, scope);
  const asking = { span, currency, scope, openMonth, nowMs, mappings };
  const told = await readTold(sources.database, budget.code);
  const question = { ...asking, driven: drivenBy(sources, asking), told };
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
  return { budget, ...span, ...common, rows, outOfScope: all.length - parts.length, monthsLeftOut, notConverted };
}
