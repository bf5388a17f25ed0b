// Sums of preventive against reactive as they are told: money with n, hours with how they were counted.
import type { Avoidance, ValueHours, ValueSide } from '../contracts/http/maintenance-value.ts';
import { type Money, moneyOf, scaleMinor } from '../contracts/money.ts';
import { avoidanceOf } from './core/maintenance-economics.ts';
import type { CountedHours } from './device-hours.ts';
import { costOf, type PartSums, totalOf, type ValueSums } from './maintenance-sides.ts';
import { isDecided, type PredictedOutcome } from './predicted-outcomes.ts';

/** Cost of less than an hour of one device says nothing of an hour. */
const LEAST_HOURS_MILLI = 1000n;

function sideView(side: PartSums, { hoursMilli }: CountedHours, currency: string): ValueSide {
  const minor = costOf(side);
  return {
    cost: moneyOf(minor, currency),
    byElement: [...side.minorByElement].map(([element, part]) => ({ element, cost: moneyOf(part, currency) })),
    jobs: side.jobs,
    downtimeHours: side.downtimeMinutes / 60,
    costPerDeviceHour: hoursMilli < LEAST_HOURS_MILLI ? null : moneyOf(scaleMinor(minor, 1000n, hoursMilli), currency),
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

const hoursView = ({ hoursMilli, basis, bySource, devices }: CountedHours): ValueHours => ({
  hours: Number(hoursMilli) / 1000,
  basis,
  bySource: {
    operating: Number(bySource.operating) / 1000,
    heard: Number(bySource.heard) / 1000,
    installed: Number(bySource.installed) / 1000,
  },
  devices,
});

export interface Compared {
  preventive: ValueSide;
  reactive: ValueSide;
  neither: { cost: Money; jobs: number };
  total: Money;
  avoidance: Avoidance;
  deviceHours: ValueHours;
}

export interface ComparedSums {
  sums: ValueSums;
  hours: CountedHours;
  outcomes: readonly PredictedOutcome[];
}

export const comparedView = ({ sums, hours, outcomes }: ComparedSums, currency: string): Compared => ({
  preventive: sideView(sums.preventive, hours, currency),
  reactive: sideView(sums.reactive, hours, currency),
  neither: { cost: moneyOf(costOf(sums.neither), currency), jobs: sums.neither.jobs },
  total: moneyOf(totalOf(sums), currency),
  avoidance: avoidanceView(outcomes, currency),
  deviceHours: hoursView(hours),
});
