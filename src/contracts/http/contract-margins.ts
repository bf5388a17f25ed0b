// What contracts earn and cost: margin to date, margin to the end by simulation, use of what is included, and break-even prices of
// every type of contract for the same devices. Estimates come with their spread, their n and what they were borrowed from.
import { Type, type Static } from 'typebox';
import { Currency, Money } from '../money.ts';
import { Code } from '../product.ts';
import { CONTRACT_TYPES, USAGE_DRIVERS } from './contract-terms.ts';
import { UsedRate } from './costs.ts';
import { Choice, Day, DayTold, Named, Nullable, PageQuery } from './page.ts';

/** Over the draws of a simulation: mean, and what 10, 50 and 90 % of them do not exceed. */
export const MoneySpread = Type.Object({ expected: Money, p10: Money, p50: Money, p90: Money });
export type MoneySpread = Static<typeof MoneySpread>;

/** What an estimate stands on. */
export const Basis = Type.Object({
  draws: Type.Integer(),
  /** Past jobs whose cost was drawn from, and how many of them this contract's own. */
  jobs: Type.Integer(),
  ownJobs: Type.Integer(),
  /** Failures the life of the components is known from. */
  failures: Type.Integer(),
  /** Products whose devices elsewhere the estimate was borrowed from: this contract has no jobs of its own. */
  borrowedFrom: Type.Array(Code),
  /** Shared cost carried per unit of direct cost, and whose: this contract's, or its products'. */
  load: Type.Object({ share: Type.Number(), of: Choice(['contract', 'products']) }),
  /** Components nothing is known of: they add no failures. */
  unknown: Type.Array(Type.String()),
});
export type Basis = Static<typeof Basis>;

export const Revenue = Type.Object({
  /** Fee by day. */
  fee: Money,
  /** Counted use at its price. */
  usage: Money,
  /** Work beyond the contract, as billed by its tariff. */
  billed: Money,
  total: Money,
});
export type Revenue = Static<typeof Revenue>;

/** First and last days count, everywhere. */
export const MarginToDate = Type.Object({
  from: DayTold(
    'The first day of the contract, or the first one any cost is known of: revenue and cost are of the same days',
  ),
  to: Nullable(DayTold('Today, or the last day of the contract; null: it has no day to count yet')),
  /** What the contract earned before `from`, in no margin; null: nothing lies before it. */
  earnedBefore: Nullable(Money),
  revenue: Revenue,
  direct: Money,
  allocated: Money,
  cost: Money,
  margin: Money,
  /** Of revenue; null without any. */
  share: Nullable(Type.Number()),
});

export const MarginToEnd = Type.Object({
  until: DayTold('The last day of the contract'),
  /** Of the days to come. */
  revenue: MoneySpread,
  cost: MoneySpread,
  penalty: MoneySpread,
  failures: Type.Object({ expected: Type.Number(), p10: Type.Number(), p90: Type.Number() }),
  /** From `toDate.from` to the contract's last day: what is past among it. */
  margin: MoneySpread,
  basis: Basis,
});

/** Beyond the included: how much, in the unit of the use (a share of the included, of parts), and what it would be billed at. */
export const Overrun = Type.Object({
  over: Type.Number(),
  /** null: the contract names no price for it. */
  bill: Nullable(Money),
});
export type Overrun = Static<typeof Overrun>;

export const ENTITLEMENTS = ['visits', 'hours', 'parts'] as const;
export const EntitlementUse = Type.Object({
  kind: Choice(ENTITLEMENTS),
  used: Type.Number(),
  included: Type.Number(),
  /** Both as money, of parts. */
  usedAmount: Nullable(Money),
  includedAmount: Nullable(Money),
  /** Jobs behind it. */
  n: Type.Integer(),
  from: DayTold('The first day of the contract year'),
  to: DayTold('Its last day'),
  /** Gone at today's pace, with its 80 % interval; null: not within the year. */
  goneOn: Nullable(Day),
  earliest: Nullable(Day),
  latest: Nullable(Day),
  /** To date. */
  overrun: Overrun,
  /** Use of the whole contract year at today's pace with its 80 % interval, and what of it would be beyond the included. */
  atYearEnd: Type.Object({ used: Type.Number(), low: Type.Number(), high: Type.Number(), overrun: Overrun }),
});
export type EntitlementUse = Static<typeof EntitlementUse>;

const HEAD = {
  code: Code,
  customer: Named,
  type: Choice(CONTRACT_TYPES),
  startsOn: DayTold('The first day'),
  endsOn: DayTold('The last day, which still belongs to the contract'),
  currency: Currency,
  devices: Type.Integer(),
} as const;

export const ContractMargin = Type.Object({
  ...HEAD,
  toDate: MarginToDate,
  /** null: the contract has ended, or nothing is known to estimate from. */
  toEnd: Nullable(MarginToEnd),
  entitlements: Type.Array(EntitlementUse),
  /** Rates that cost posted in other currencies was converted at. */
  exchange: Type.Array(UsedRate),
  /** Cost in other currencies that has no rate: in none of these numbers. */
  notConverted: Type.Array(Money),
  position: Type.Integer(),
});
export type ContractMargin = Static<typeof ContractMargin>;

/** Months add up to `toDate`. */
export const ContractMarginDetail = Type.Interface([ContractMargin], {
  months: Type.Array(
    Type.Object({ period: Type.String(), revenue: Money, direct: Money, allocated: Money, margin: Money }),
  ),
});
export type ContractMarginDetail = Static<typeof ContractMarginDetail>;

export const MarginQuery = Type.Interface([PageQuery], {
  /** `running` when absent. */
  state: Type.Optional(Choice(['running', 'all'])),
});
export type MarginQuery = Static<typeof MarginQuery>;

export const PricesQuery = Type.Object({
  /** Share of the price that is to be left. */
  margin: Type.Optional(Type.Number({ minimum: 0, maximum: 0.9, default: 0.2 })),
});
export type PricesQuery = Static<typeof PricesQuery>;

export const PRICE_UNITS = ['year', 'hour', 'unit'] as const;
export const TypePrice = Type.Object({
  type: Choice(CONTRACT_TYPES),
  /** Of the amounts: a year, an hour of work, or a unit of use. */
  per: Choice(PRICE_UNITS),
  /** Price at which nothing is left; p50 and p90 cover the cost of that share of draws. */
  breakEven: MoneySpread,
  /** The same with the target margin. */
  price: MoneySpread,
  /** What the customer pays beside it in a year, by the tariff. */
  beside: MoneySpread,
});
export type TypePrice = Static<typeof TypePrice>;

export const ContractPrices = Type.Object({
  ...HEAD,
  targetMargin: Type.Number(),
  /** Twelve months from this day on. */
  from: Day,
  /** Fee of a year at today's terms; null where the price is per unit. */
  current: Nullable(Money),
  usage: Nullable(Type.Object({ driver: Choice(USAGE_DRIVERS), unitsPerYear: Type.Number(), days: Type.Integer() })),
  /** The penalty an uptime contract is priced with, and whose terms those are. */
  penalty: Type.Object({ perHour: Money, of: Choice(['contract', 'other-contract', 'nobody']) }),
  types: Type.Array(TypePrice),
  basis: Nullable(Basis),
  position: Type.Integer(),
});
export type ContractPrices = Static<typeof ContractPrices>;
