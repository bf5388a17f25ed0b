// The forecast of cost: months that were, months to come with their 80 % intervals, and how well each model did along the series.
import { Type, type Static } from 'typebox';
import { DIMENSIONS } from '../costs.ts';
import { Currency, Money } from '../money.ts';
import { Text } from '../text.ts';
import { NotConverted } from './costs.ts';
import { Choice, Nullable } from './page.ts';

export const FORECAST_MODELS = ['seasonal-naive', 'mean', 'damped-trend', 'holt-winters', 'drivers'] as const;
export type ForecastModel = (typeof FORECAST_MODELS)[number];

export const ForecastQuery = Type.Object({
  /** Empty: the whole alone. */
  by: Type.Optional(Type.String({ maxLength: 200, description: `comma-separated: ${DIMENSIONS.join(', ')}` })),
  filter: Type.Optional(Type.String({ maxLength: 500 })),
  /** Months ahead, the open one among them. */
  horizon: Type.Optional(Type.Integer({ minimum: 1, maximum: 24, default: 12 })),
  currency: Type.Optional(Currency),
});
export type ForecastQuery = Static<typeof ForecastQuery>;

/** Of ten such months eight end between `low` (P10) and `high` (P90); `expected` is P50. */
export const ForecastBand = Type.Object({ low: Money, expected: Money, high: Money });
export type ForecastBand = Static<typeof ForecastBand>;
export const ForecastMonth = Type.Interface([ForecastBand], { period: Type.String() });

export const ForecastDetail = Type.Object({
  model: Choice(FORECAST_MODELS),
  /** Half of its months or more had no cost. */
  isIntermittent: Type.Boolean(),
  /** Mean absolute scaled error of each model along the series (rolling origin); below 1 it beats the usual change from year to year. */
  scores: Type.Array(Type.Object({ model: Choice(FORECAST_MODELS), mase: Nullable(Type.Number()) })),
  /** The open month first: what is posted, and what is still to come of it. */
  months: Type.Array(ForecastMonth),
  /** All months together; the sum of months is better known than each. */
  total: ForecastBand,
  /** How often intervals made along the series with what was known then held, of `n`. */
  coverage: Type.Object({ held: Type.Integer(), n: Type.Integer() }),
});
export type ForecastDetail = Static<typeof ForecastDetail>;

export const DRIVER_SIDES = ['failure', 'planned', 'other'] as const;

/**
 * What drives the cost of a cell: units in service, jobs a unit and month, cost of a job. Failures follow the hazard of components
 * at their ages; planned jobs and cost of no job go on at the pace of the months that were looked back at.
 */
export const ForecastDrivers = Type.Object({
  /** In service now. */
  units: Type.Integer(),
  /** Units times months in service that the rates are of. */
  unitMonths: Type.Integer(),
  lookBackMonths: Type.Integer(),
  lines: Type.Array(
    Type.Object({
      side: Choice(DRIVER_SIDES),
      /** Expected a month, the mean of the months ahead. */
      amount: Money,
      /** Looked back at; null: cost of no job. */
      finishedJobs: Nullable(Type.Integer()),
      /** null: cost of no job, such as shared cost, or of too few finished ones; it goes with the units. */
      job: Nullable(
        Type.Object({
          aMonth: Type.Number(),
          perUnit: Type.Number(),
          /** Mean of the finished jobs, their own cost and all of it. */
          cost: Money,
          /** Finished jobs the rate and the cost are of. */
          n: Type.Integer(),
        }),
      ),
      /** What of the amount is not jobs times their cost: jobs under way, shared cost they carry, cost of other months. */
      rest: Money,
    }),
  ),
});
export type ForecastDrivers = Static<typeof ForecastDrivers>;

/** Why cost is not forecast by its drivers. */
export const DRIVERS_MISSING = ['dimension', 'no-units', 'young', 'too-many'] as const;
export type DriversMissing = (typeof DRIVERS_MISSING)[number];

export const ForecastSeries = Type.Object({
  keys: Type.Record(Type.String(), Nullable(Type.String())),
  labels: Type.Record(Type.String(), Text),
  /** Whole months, from the first with cost on. */
  history: Type.Array(Type.Object({ period: Type.String(), amount: Money })),
  /** In the open month so far. */
  posted: Money,
  /** null: too little history; `history` says how much there is. */
  forecast: Nullable(ForecastDetail),
  /** null: not known for this cell; `driversMissing` says why. */
  drivers: Nullable(ForecastDrivers),
  driversMissing: Nullable(Choice(DRIVERS_MISSING)),
});
export type ForecastSeries = Static<typeof ForecastSeries>;

export const Forecast = Type.Object({
  by: Type.Array(Choice(DIMENSIONS)),
  currency: Currency,
  openMonth: Type.String(),
  horizon: Type.Integer(),
  /** Whole months a series needs before anything is said of it. */
  leastMonths: Type.Integer(),
  /** The whole, forecast as one series: its expected months are not the sum of those of its parts. */
  total: ForecastSeries,
  /** The dearest first. */
  groups: Type.Array(ForecastSeries),
  /** Groups past the limit, the cheapest: in the whole, not in the list. */
  leftOut: Type.Integer(),
  notConverted: Type.Array(NotConverted),
  position: Type.Integer(),
});
export type Forecast = Static<typeof Forecast>;
