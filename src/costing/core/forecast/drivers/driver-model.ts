// Cost by what drives it: units in service, how often their components fail at the ages they have come to, and what such jobs cost
// in the months before. What it says at a month comes from units, lives and costs up to that month alone. Pure.
import type { Hazard } from '../../contract/simulation.ts';
import { type Forecaster, SEASON } from '../models.ts';
import { chanceWithin, endsAhead } from './lives.ts';

/** Months counted from one zero for all. */
export type MonthNumber = number;

export interface UnitCohort {
  /** Month of installation; null: always there. */
  since: MonthNumber | null;
  count: number;
}

/** Alike components: the same hazard, begun and ended in the same months. */
export interface LifeCohort {
  /** Names the hazard. */
  key: string;
  /** null: nobody knows how old they are. */
  since: MonthNumber | null;
  /** null: in use. */
  ended: MonthNumber | null;
  count: number;
}

export interface InstalledBase {
  units: readonly UnitCohort[];
  lives: readonly LifeCohort[];
}

/** What follows failures, what comes by plan, and what comes of neither: shared cost, installations, field changes. */
export const COST_SIDES = ['failure', 'planned', 'other'] as const;
export type CostSide = (typeof COST_SIDES)[number];

export interface DrivenSeries {
  firstMonth: MonthNumber;
  /** By month of the series. */
  costs: Readonly<Record<CostSide, readonly number[]>>;
  base: InstalledBase;
  /** What was believed of lives at a month. */
  hazardsAt(month: MonthNumber): ReadonlyMap<string, Hazard>;
}

export interface DriverOutlook {
  /** In service at the origin. */
  units: number;
  /** Units in service times months, over the months that were looked back at. */
  unitMonths: number;
  lookBack: number;
  /** Failures the hazards expected in these months; zero: nothing is known of lives, and failures go with the units. */
  pastFailures: number;
  /** Failures expected in each month to come. */
  failures: number[];
  /** Cost of these months by side. */
  pastCost: Record<CostSide, number>;
  expected: Record<CostSide, number[]>;
}

const LEAST_MONTHS = 3;

/** Months from `from` to `to`, both included, in which something that began at `since` was there. */
const monthsThere = (since: MonthNumber | null, from: MonthNumber, to: MonthNumber): number =>
  Math.max(0, to - Math.max(from, since ?? from) + 1);

function unitsAt(units: readonly UnitCohort[], origin: MonthNumber, lookBack: number) {
  let [now, months] = [0, 0];
  for (const { since, count } of units) {
    if (since !== null && since >= origin) continue;
    now += count;
    months += count * monthsThere(since, origin - lookBack, origin - 1);
  }
  return { now, months };
}

interface Failures {
  past: number;
  ahead: number[];
}

/** A life that ended at the origin or later was in use then: nobody knew of its end. */
function failuresOf(series: DrivenSeries, origin: MonthNumber, lookBack: number, horizon: number): Failures {
  const ahead = Array.from({ length: horizon }, () => 0);
  let past = 0;
  const hazards = series.hazardsAt(origin);
  const endsOf = new Map([...hazards].map(([key, hazard]) => [key, endsAhead(hazard, horizon)]));
  for (const { key, since, ended, count } of series.base.lives) {
    const hazard = hazards.get(key);
    if (hazard === undefined || since === null || since >= origin) continue;
    const isInUse = ended === null || ended >= origin;
    const last = isInUse ? origin - 1 : ended;
    for (let month = Math.max(since, origin - lookBack); month <= last; month += 1) {
      past += count * chanceWithin(hazard, month - since);
    }
    if (!isInUse) continue;
    const ends = endsOf.get(key)?.(origin - since);
    for (let step = 0; step < horizon; step += 1) ahead[step] = (ahead[step] ?? 0) + count * (ends?.[step] ?? 0);
  }
  return { past, ahead };
}

/** As known when `months` of the series were over; `null` while no unit was in service or too few months had passed. */
export function driversAt(series: DrivenSeries, months: number, horizon: number): DriverOutlook | null {
  const lookBack = Math.min(SEASON, months);
  const origin = series.firstMonth + months;
  const units = unitsAt(series.base.units, origin, lookBack);
  if (lookBack < LEAST_MONTHS || units.months === 0) return null;
  const { past, ahead } = failuresOf(series, origin, lookBack, horizon);
  const costOf = (side: CostSide): number =>
    series.costs[side].slice(months - lookBack, months).reduce((sum, cost) => sum + cost, 0);
  const pastCost = { failure: costOf('failure'), planned: costOf('planned'), other: costOf('other') };
  const withUnits = (cost: number) => ahead.map(() => (cost / units.months) * units.now);
  return {
    units: units.now,
    unitMonths: units.months,
    lookBack,
    pastFailures: past,
    failures: ahead,
    pastCost,
    expected: {
      failure: past > 0 ? ahead.map((failures) => (pastCost.failure / past) * failures) : withUnits(pastCost.failure),
      planned: withUnits(pastCost.planned),
      other: withUnits(pastCost.other),
    },
  };
}

export const driverBased = (series: DrivenSeries): Forecaster => ({
  model: 'drivers',
  forecast(history, horizon) {
    const outlook = driversAt(series, history.length, horizon);
    if (outlook === null) return null;
    const { failure, planned, other } = outlook.expected;
    return failure.map((cost, step) => cost + (planned[step] ?? 0) + (other[step] ?? 0));
  },
});
