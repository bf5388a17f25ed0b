// The answer of the time machine: two columns of the same figures, and what is behind them.
import type {
  Happened,
  ReplayedEpisode,
  ReplayMoney,
  ReplayResult,
  ReplayScore,
} from '../../contracts/http/replays.ts';
import { moneyOf } from '../../contracts/money.ts';
import { type EpochMs, isoOf } from '../../contracts/time.ts';
import { triggerThreshold } from '../core/prognosis.ts';
import { precisionOf, quantileOf, rateOf, recallOf } from '../core/scoring/tally.ts';
import {
  billOf,
  type Comparison,
  paysOff,
  probabilityOf,
  type Said,
  type ScoredSaid,
  scoreEpisodes,
  type Target,
} from '../core/time-machine/compare.ts';
import type { Past } from './facts.ts';
import type { HistoryEpisode } from '../core/time-machine/judge-history.ts';

/** An episode the candidate would have opened. */
export interface Told extends Said {
  history: HistoryEpisode;
}

export interface Outcome {
  targets: readonly Target[];
  failureModes: ReplayResult['failureModes'];
  told: readonly Told[];
  past: Past;
  toMs: EpochMs;
  devices: number;
  heardFromMs: EpochMs | null;
  deviceYears: number;
  readings: number;
  thinned: number;
}

/** Lines of each list in the answer; the figures count all of them. */
const MOST_LINES = 500;

export function resultOf(outcome: Outcome): ReplayResult {
  const { targets, failureModes, told, past, toMs, devices, heardFromMs, deviceYears, readings, thinned } = outcome;
  const candidate = scoreEpisodes(told, past.facts, targets, toMs);
  const actual = scoreEpisodes(past.alerts, past.facts, targets, toMs);
  const isJudged = candidate.tally.truePositives + candidate.tally.falsePositives > 0;
  const probability = isJudged ? probabilityOf(candidate.tally) : null;
  const opensJob = ({ costs }: ScoredSaid<Told>): boolean => probability !== null && paysOff(probability, costs);
  const thresholds = candidate.scored.flatMap(({ costs }) => (costs === null ? [] : (triggerThreshold(costs) ?? [])));
  return {
    devices,
    heardFrom: heardFromMs === null ? null : isoOf(heardFromMs),
    deviceYears,
    readings,
    thinned,
    failureModes,
    candidate: scoreOf(candidate, deviceYears),
    actual: scoreOf(actual, deviceYears),
    failures: past.happened.filter(({ kind }) => kind === 'failure').length,
    jobs: { candidate: candidate.scored.filter(opensJob).length, actual: past.predictiveJobs },
    probability,
    threshold: thresholds.length === 0 ? null : thresholds.reduce((sum, one) => sum + one, 0) / thresholds.length,
    money: moneyFor(past, candidate, actual),
    episodes: candidate.scored.slice(0, MOST_LINES).map((one) => episodeView(one, opensJob(one))),
    happened: happenedView(past.happened, candidate),
  };
}

const happenedView = (happened: readonly Happened[], { missed }: Comparison<Said>): Happened[] => {
  const jobs = new Set(missed.map(({ job }) => job));
  return happened.slice(0, MOST_LINES).map((one) => ({ ...one, missed: one.kind !== 'alert' && jobs.has(one.id) }));
};

function scoreOf({ tally, unscored, scored, missed }: Comparison<Said>, deviceYears: number): ReplayScore {
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

function moneyFor(past: Past, candidate: Comparison<Said>, actual: Comparison<Said>): ReplayResult['money'] {
  const currencies = new Set(
    [...past.facts.values()].flatMap(({ costs }) => [...costs.values()].map((one) => one.currency)),
  );
  const [currency] = currencies;
  if (currency === undefined || currencies.size > 1) return null;
  return { candidate: moneyView(candidate, currency), actual: moneyView(actual, currency) };
}

function moneyView(comparison: Comparison<Said>, currency: string): ReplayMoney {
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

function episodeView({ episode, judged }: ScoredSaid<Told>, opensJob: boolean): ReplayedEpisode {
  const { history, device } = episode;
  const known = judged === null || judged === 'open' ? null : judged;
  return {
    device,
    raisedAt: isoOf(history.raisedMs),
    clearedAt: history.clearedMs === null ? null : isoOf(history.clearedMs),
    severity: history.severity,
    reason: history.reason,
    outcome: judged === null ? 'unscored' : judged === 'open' ? 'open' : judged.outcome,
    failedAt: known?.failedMs == null ? null : isoOf(known.failedMs),
    leadHours: known?.leadHours ?? null,
    opensJob,
  };
}
