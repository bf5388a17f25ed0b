// Costs: facts, pivots over any dimensions, and shared-cost administration.
import { Type, type Static } from 'typebox';
import { COST_ELEMENTS, DIMENSIONS } from '../costs.ts';
import { Currency, Money } from '../money.ts';
import { Text } from '../text.ts';
import { Choice, Day, Instant, Nullable, PageQuery } from './page.ts';

/** `YYYY-MM`, or an inclusive range `YYYY-MM..YYYY-MM`. */
export const PeriodRange = Type.String({
  pattern: '^[1-9]\\d{3}-(0[1-9]|1[0-2])(\\.\\.[1-9]\\d{3}-(0[1-9]|1[0-2]))?$',
});

export const CostFact = Type.Object({
  id: Type.Integer(),
  amount: Money,
  element: Choice(COST_ELEMENTS),
  quantity: Type.Number(),
  unit: Type.String(),
  occurredOn: Day,
  period: Type.String(),
  /** The closed month it belongs to, of a fact that came too late and adjusts a later one. */
  adjustmentOf: Nullable(Type.String()),
  source: Type.Object({ type: Type.String(), id: Type.String() }),
  reversalOf: Nullable(Type.Integer()),
  pool: Nullable(Type.String()),
  /** Dimension -> code; a dimension that does not apply is absent. */
  dimensions: Type.Record(Type.String(), Type.String()),
  workOrderId: Nullable(Type.Integer()),
  recordedAt: Instant,
  note: Nullable(Type.String()),
});
export type CostFact = Static<typeof CostFact>;

/** Filters of facts and summaries: `dimension=code`, several dimensions together. */
export const DimensionFilter = Type.Partial(
  Type.Object(Object.fromEntries(DIMENSIONS.map((d) => [d, Type.String({ maxLength: 100 })]))),
);
export const Filter = Type.String({
  maxLength: 2000,
  description:
    'dimension:code pairs joined by commas, e.g. product:mri-15,element:parts; several codes with | between them, and none for cost without the dimension (component:)',
});
export const FactQuery = Type.Interface([PageQuery], {
  period: Type.Optional(PeriodRange),
  filter: Type.Optional(Filter),
});
export type FactQuery = Static<typeof FactQuery>;
export const SummaryQuery = Type.Object({
  by: Type.String({ maxLength: 200, description: `comma-separated: ${DIMENSIONS.join(', ')}` }),
  period: Type.Optional(PeriodRange),
  currency: Type.Optional(Currency),
  filter: Type.Optional(Filter),
  top: Type.Optional(
    Type.String({
      pattern: '^[1-9]\\d{0,3}(,[1-9]\\d{0,3})*$',
      description:
        'how many values of each dimension of `by` stand by themselves, the largest; smaller ones come as one row, others (n), and everything still adds up',
    }),
  ),
  /** `merged` when absent: values that were merged count as one. */
  values: Type.Optional(Choice(['merged', 'as-posted'])),
});
export type SummaryQuery = Static<typeof SummaryQuery>;

/** They add up to the total. */
const Origins = {
  direct: Money,
  allocated: Money,
  /** Shared cost no driver could place: visible, part of the total. */
  unallocated: Money,
  /** Of capacity nobody used: shown apart, and nobody's to carry. */
  unused: Money,
};

export const SummaryRow = Type.Object({
  /** Dimension -> code; null where the cost has no such dimension. */
  keys: Type.Record(Type.String(), Nullable(Type.String())),
  labels: Type.Record(Type.String(), Text),
  /** Dimension -> how many smaller values the row stands for; absent: it stands for itself. */
  others: Type.Optional(Type.Record(Type.String(), Type.Integer())),
  ...Origins,
  total: Money,
  lines: Type.Integer(),
});
/** The rate a period was converted at: the one in force on its last day. */
export const UsedRate = Type.Object({
  currency: Currency,
  period: Type.String(),
  rate: Type.String(),
  /** The rate was written for the other direction: so many units of this currency are worth one of the answer's. */
  isInverse: Type.Boolean(),
  effectiveFrom: Day,
});
export type UsedRate = Static<typeof UsedRate>;
/** Cost in a currency that has no rate in its period: in no row and no total. */
export const NotConverted = Type.Object({ period: Type.String(), amount: Money, lines: Type.Integer() });
export type NotConverted = Static<typeof NotConverted>;
export const Summary = Type.Object({
  by: Type.Array(Choice(DIMENSIONS)),
  from: Type.String(),
  to: Type.String(),
  currency: Currency,
  rows: Type.Array(SummaryRow),
  ...Origins,
  total: Money,
  /** Rates that cost in other currencies was converted at. */
  exchange: Type.Array(UsedRate),
  notConverted: Type.Array(NotConverted),
  /** true while a period of the range is open: the numbers still move. */
  provisional: Type.Boolean(),
  /** Position of the event log these numbers include. */
  position: Type.Integer(),
});
export type Summary = Static<typeof Summary>;
