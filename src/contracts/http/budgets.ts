// Budgets by dimension and month: versions that a second person puts in force, lines pasted as a table, and how far each is used up.
import { Type, type Static } from 'typebox';
import { Currency, Money, WrittenMoney } from '../money.ts';
import { Code } from '../product.ts';
import { Text } from '../text.ts';
import { NotConverted, PeriodRange } from './costs.ts';
import { FORECAST_MODELS, ForecastBand } from './forecast.ts';
import { Choice, Day, Instant, Nullable } from './page.ts';

export const BUDGET_LINES_LIMIT = 5_000;
const Month = Type.String({ pattern: '^[1-9]\\d{3}-(0[1-9]|1[0-2])$' });

/** Dimension -> code; a line with none is for everything. */
const Part = Type.Record(Type.String(), Type.String());

export const BudgetLine = Type.Object({ part: Part, period: Month, amount: Money });
export type BudgetLine = Static<typeof BudgetLine>;

export const NewBudget = Type.Object({
  code: Code,
  note: Type.Optional(Nullable(Type.String({ maxLength: 500 }))),
  lines: Type.Array(
    Type.Object({
      filter: Type.String({
        maxLength: 500,
        description: 'dimension:code pairs joined by commas; empty for everything',
      }),
      period: Month,
      amount: WrittenMoney,
    }),
    { minItems: 1, maxItems: BUDGET_LINES_LIMIT },
  ),
});
export type NewBudget = Static<typeof NewBudget>;

export const BudgetTable = Type.Object({
  code: Code,
  currency: Currency,
  note: Type.Optional(Nullable(Type.String({ maxLength: 500 }))),
  text: Type.String({
    minLength: 1,
    maxLength: 1_000_000,
    description:
      'With a head, in English or Chinese: dimensions, then either month and amount, or one column a month (2026-11, 2026/11). Comma, semicolon or tab between cells. Below dimensions stand codes that exist.',
  }),
});
export type BudgetTable = Static<typeof BudgetTable>;

/** One version of a budget. */
export const Budget = Type.Object({
  code: Code,
  version: Type.Integer(),
  currency: Currency,
  from: Month,
  to: Month,
  total: Money,
  lines: Type.Integer(),
  note: Nullable(Type.String()),
  author: Type.String(),
  createdAt: Instant,
  activatedBy: Nullable(Type.String()),
  activatedAt: Nullable(Instant),
  isInForce: Type.Boolean(),
});
export type Budget = Static<typeof Budget>;

export const BudgetDetail = Type.Interface([Budget], { rows: Type.Array(BudgetLine) });
export type BudgetDetail = Static<typeof BudgetDetail>;

/** Nothing is written while a row is refused: a budget is whole or not at all. */
export const BudgetImport = Type.Object({
  budget: Nullable(Budget),
  refused: Type.Array(Type.Object({ row: Type.Integer(), text: Type.String(), reason: Text })),
});
export type BudgetImport = Static<typeof BudgetImport>;

export const ConsumptionQuery = Type.Object({
  /** The one put in force last when absent. */
  code: Type.Optional(Code),
  period: Type.Optional(PeriodRange),
});
export type ConsumptionQuery = Static<typeof ConsumptionQuery>;

/** When what is spent passes the budget of the span; null: not within it. */
const Crossing = Type.Object({ expected: Nullable(Day), earliest: Nullable(Day), latest: Nullable(Day) });

export const BudgetUse = Type.Object({
  part: Part,
  labels: Type.Record(Type.String(), Text),
  /** Parts as the budget has them, where values were merged since: their lines are counted here together. */
  written: Type.Array(Part),
  budget: Money,
  /** Of the months up to and with the open one. */
  budgetToDate: Money,
  spent: Money,
  /** Share of the budget of the whole span; null without one. */
  consumed: Nullable(Type.Number()),
  /** What jobs that are open are likely to cost yet: `jobs` of them, by what `pastJobs` like them did. It is part of the projection, not on top. */
  committed: Type.Object({ amount: Money, jobs: Type.Integer(), pastJobs: Type.Integer(), unknown: Type.Integer() }),
  /** At the end of the span, 80 %; null: too little history. */
  projected: Nullable(ForecastBand),
  /** Expected end less budget; below zero there is room. */
  overrun: Nullable(Money),
  /** Chance that the budget does not suffice, from the errors of past forecasts. */
  probability: Nullable(Type.Number()),
  crossing: Crossing,
  /** The newest change of its expected overrun that people were told of; null: they were told of none. */
  told: Nullable(
    Type.Object({
      change: Choice(['appeared', 'moved', 'gone']),
      at: Instant,
      /** The day that was told; null: the overrun is gone. */
      crossing: Nullable(Day),
      overrun: Money,
    }),
  ),
  /** The overrun that is expected is over the limit. */
  isOverLimit: Type.Boolean(),
  /** That projects it; null: too little history. */
  model: Nullable(Choice(FORECAST_MODELS)),
  historyMonths: Type.Integer(),
  months: Type.Array(
    Type.Object({ period: Month, budget: Money, spent: Nullable(Money), projected: Nullable(ForecastBand) }),
  ),
});
export type BudgetUse = Static<typeof BudgetUse>;

export const BudgetConsumption = Type.Object({
  /** null: none is in force, or none that covers the months asked for. */
  budget: Nullable(Budget),
  from: Nullable(Month),
  to: Nullable(Month),
  openMonth: Month,
  /** An expected overrun of more than this share of the budget is told. */
  limit: Type.Number(),
  /** The largest overrun first. */
  rows: Type.Array(BudgetUse),
  /** Lines that concern more than this person sees: left out, because their cost is seen in part alone. */
  outOfScope: Type.Integer(),
  /** A forecast reaches so many months, the open one among them. */
  monthsAhead: Type.Integer(),
  /** Months of the budget farther ahead: in no figure here. */
  monthsLeftOut: Type.Integer(),
  /** Cost without a rate into the budget's currency: in no figure here until the rate is added. */
  notConverted: Type.Array(NotConverted),
});
export type BudgetConsumption = Static<typeof BudgetConsumption>;
