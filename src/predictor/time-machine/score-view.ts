// Episodes and bills as the answer shows them: one column of figures, whoever spoke.
import type { ReplayJobs, ReplayMoney, ReplayScore } from '../../contracts/http/replay-model.ts';
import { moneyOf } from '../../contracts/money.ts';
import { precisionOf, quantileOf, rateOf, recallOf } from '../core/scoring/tally.ts';
import { billOf, type Comparison, type Said } from '../core/time-machine/compare.ts';
import type { JobFate } from '../core/time-machine/job-room.ts';
import type { Past } from './facts.ts';

export function scoreOf({ tally, unscored, scored, missed }: Comparison<Said>, deviceYears: number): ReplayScore {
  const { truePositives, falsePositives, falseNegatives, censored, open, leadHours } = tally;
  return {
    alerts: scored.length,
    truePositives,
    falsePositives,
    falseNegatives,
    averted: missed.filter(({ isAverted }) => isAverted).length,
    censored,
    open,
    unscored,
    precision: precisionOf(tally),
    recall: recallOf(tally),
    leadHours: { median: quantileOf(leadHours, 0.5), p10: quantileOf(leadHours, 0.1), n: leadHours.length },
    falseAlarmsPerDeviceYear: rateOf(falsePositives, deviceYears),
  };
}

/** The one currency everything is priced in; `null`: nothing is, or several. */
export function currencyOf({ facts }: Past): string | null {
  const currencies = new Set(
    [...facts.values()].flatMap(({ costs }) => [...costs.values()].map((one) => one.currency)),
  );
  const [currency] = currencies;
  return currency === undefined || currencies.size > 1 ? null : currency;
}

export function moneyView(comparison: Comparison<Said>, currency: string): ReplayMoney {
  const { plannedMinor, needlessMinor, unplannedMinor } = billOf(comparison);
  const worth = comparison.tally.worth.get(currency);
  return {
    planned: moneyOf(plannedMinor, currency),
    needless: moneyOf(needlessMinor, currency),
    unplanned: moneyOf(unplannedMinor, currency),
    total: moneyOf(plannedMinor + needlessMinor + unplannedMinor, currency),
    netAvoidance: moneyOf((worth?.grossMinor ?? 0n) - (worth?.falseAlarmMinor ?? 0n), currency),
  };
}

export function jobsOf(fates: readonly JobFate[]): ReplayJobs {
  const jobs: ReplayJobs = { opened: 0, proposed: 0, held: 0, withdrawn: 0, recorded: 0, merged: 0 };
  for (const { state } of fates) jobs[state] += 1;
  return jobs;
}
