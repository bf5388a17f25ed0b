// Preventive against reactive, month by month, and what acting on predictions was worth (domain: measures). Planned
// costs are what the jobs really cost; what the failure would have cost is the estimate the trigger used.
import type { Scope } from '../contracts/access.ts';
import type { Avoidance, MaintenanceValue, ValueSide } from '../contracts/http/costs.ts';
import { moneyOf, scaleMinor } from '../contracts/money.ts';
import { Problem } from '../contracts/problems.ts';
import type { EpochMs } from '../contracts/time.ts';
import type { Database } from '../db/database.ts';
import { parseFilter, parsePeriods } from './core/cost-query.ts';
import { avoidanceOf } from './core/maintenance-economics.ts';
import { countOfPeriods, periodsBetween } from './core/periods.ts';
import type { Economics } from './economics.ts';
import { refuseCostOnly } from './maintenance-jobs.ts';
import { addSides, costOf, deviceHours, NO_SIDE, readSides, type Side, type SideSums } from './maintenance-sides.ts';
import { isDecided, type PredictedOutcome, predictedOutcomes } from './predicted-outcomes.ts';
import type { SummaryDefaults } from './summary.ts';

/** Longer than anybody looks back month by month. */
const MONTHS_LIMIT = 120;

export interface MaintenanceValueOptions {
  database: Database;
  economics: Economics;
  defaults: SummaryDefaults;
  nowMs: EpochMs;
}

function sideView(side: SideSums, overHours: number, currency: string): ValueSide {
  const minor = costOf(side);
  const perHour = overHours < 1 ? null : scaleMinor(minor, 1n, BigInt(Math.round(overHours)));
  return {
    cost: moneyOf(minor, currency),
    byElement: [...side.minorByElement].map(([element, part]) => ({ element, cost: moneyOf(part, currency) })),
    jobs: side.jobs,
    downtimeHours: side.downtimeMinutes / 60,
    costPerDeviceHour: perHour === null ? null : moneyOf(perHour, currency),
  };
}

function avoidanceView(outcomes: readonly PredictedOutcome[], currency: string): Avoidance {
  const jobs = outcomes.map(({ job }) => job);
  const worth = avoidanceOf(
    jobs.filter(isDecided),
    jobs.flatMap((job) => (isDecided(job) ? [] : [job])),
  );
  return {
    gross: moneyOf(worth.grossMinor, currency),
    falseAlarmCost: moneyOf(worth.needlessMinor, currency),
    net: moneyOf(worth.netMinor, currency),
    truePositives: worth.truePositives,
    falsePositives: worth.falsePositives,
    censored: worth.undecided,
    conservative: {
      net: moneyOf(worth.conservativeMinor, currency),
      confirmed: worth.truePositives,
      undecidedCost: moneyOf(worth.undecidedMinor, currency),
    },
  };
}

export async function maintenanceValue(
  query: { period?: string; currency?: string; filter?: string },
  scope: Scope,
  { database, economics, defaults, nowMs }: MaintenanceValueOptions,
): Promise<MaintenanceValue> {
  const span = parsePeriods(query.period, defaults.period);
  const currency = query.currency ?? defaults.currency;
  const filters = parseFilter(query.filter);
  refuseCostOnly(filters);
  const question = { span, currency, scope, filters };
  if (countOfPeriods(span.from, span.to) > MONTHS_LIMIT) {
    throw new Problem('refused', `More than ${MONTHS_LIMIT} months; ask for a shorter period`);
  }
  const periods = periodsBetween(span.from, span.to);
  const sides = await readSides(database, question);
  const hours = await deviceHours(database, periods, question, nowMs);
  const outcomes = await predictedOutcomes(database, question, economics);
  const totalHours = hours.reduce((sum, value) => sum + value, 0);
  const totalOf = (side: Side): ValueSide =>
    sideView(periods.map((period) => sides(period, side)).reduce(addSides, NO_SIDE), totalHours, currency);
  return {
    currency,
    months: periods.map((period, index) => ({
      period,
      preventive: sideView(sides(period, 'preventive'), hours[index] ?? 0, currency),
      reactive: sideView(sides(period, 'reactive'), hours[index] ?? 0, currency),
      avoidance: avoidanceView(
        outcomes.filter((outcome) => outcome.period === period),
        currency,
      ),
    })),
    preventive: totalOf('preventive'),
    reactive: totalOf('reactive'),
    avoidance: avoidanceView(outcomes, currency),
  };
}
