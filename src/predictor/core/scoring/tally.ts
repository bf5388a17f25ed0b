// Counts of judged episodes made into rates with intervals and into money (domain: prediction, "what it was worth").
import { betaQuantile } from '../beta.ts';
import type { ActionCosts } from '../prognosis.ts';
import type { JudgedEpisode } from './judge-episode.ts';

export interface Worth {
  /** Right ones x (C_F - C_P). */
  grossMinor: bigint;
  /** The part of it that a finding confirmed. */
  confirmedMinor: bigint;
  /** Wrong ones x C_FP. */
  falseAlarmMinor: bigint;
  n: number;
  /** Net with what the jobs really cost, of the `actualJobs` of which something was captured. */
  actualNetMinor: bigint;
  actualJobs: number;
}

export interface Tally {
  truePositives: number;
  falsePositives: number;
  falseNegatives: number;
  censored: number;
  open: number;
  leadHours: readonly number[];
  /** By currency; episodes whose costs nobody knew are `unpriced`. */
  worth: ReadonlyMap<string, Worth>;
  unpriced: number;
}

export const NO_TALLY: Tally = {
  truePositives: 0,
  falsePositives: 0,
  falseNegatives: 0,
  censored: 0,
  open: 0,
  leadHours: [],
  worth: new Map(),
  unpriced: 0,
};
const NO_WORTH: Worth = {
  grossMinor: 0n,
  confirmedMinor: 0n,
  falseAlarmMinor: 0n,
  n: 0,
  actualNetMinor: 0n,
  actualJobs: 0,
};

/** One episode with its costs as they were known when it was raised; `judged` null = it is too early to tell. */
export function tallyOf(judged: JudgedEpisode | null, costs: ActionCosts | null): Tally {
  if (judged === null) return { ...NO_TALLY, open: 1 };
  const { outcome, basis, leadHours } = judged;
  if (outcome === 'censored') return { ...NO_TALLY, censored: 1 };
  const isRight = outcome === 'true-positive';
  const counted: Tally = {
    ...NO_TALLY,
    truePositives: isRight ? 1 : 0,
    falsePositives: isRight ? 0 : 1,
    leadHours: isRight && leadHours !== null ? [leadHours] : [],
  };
  if (costs === null) return { ...counted, unpriced: 1 };
  const savedMinor = isRight ? costs.unplannedMinor - costs.plannedMinor : 0n;
  const worth: Worth = {
    grossMinor: savedMinor,
    confirmedMinor: basis === 'finding' ? savedMinor : 0n,
    falseAlarmMinor: isRight ? 0n : costs.needlessMinor,
    n: 1,
    actualNetMinor: isRight ? savedMinor : -costs.needlessMinor,
    actualJobs: 0,
  };
  return { ...counted, worth: new Map([[costs.currency, worth]]) };
}

export function addTallies(a: Tally, b: Tally): Tally {
  const worth = new Map(a.worth);
  for (const [currency, more] of b.worth) {
    const known = worth.get(currency) ?? NO_WORTH;
    worth.set(currency, {
      grossMinor: known.grossMinor + more.grossMinor,
      confirmedMinor: known.confirmedMinor + more.confirmedMinor,
      falseAlarmMinor: known.falseAlarmMinor + more.falseAlarmMinor,
      n: known.n + more.n,
      actualNetMinor: known.actualNetMinor + more.actualNetMinor,
      actualJobs: known.actualJobs + more.actualJobs,
    });
  }
  return {
    truePositives: a.truePositives + b.truePositives,
    falsePositives: a.falsePositives + b.falsePositives,
    falseNegatives: a.falseNegatives + b.falseNegatives,
    censored: a.censored + b.censored,
    open: a.open + b.open,
    leadHours: [...a.leadHours, ...b.leadHours],
    worth,
    unpriced: a.unpriced + b.unpriced,
  };
}

/** Before the programme's own cost, which is subtracted once for all. */
export const netMinor = ({ grossMinor, falseAlarmMinor }: Worth): bigint => grossMinor - falseAlarmMinor;
/** With those right ones alone that a finding confirmed: a failure that came shows a right warning, but nothing was saved. */
export const conservativeMinor = ({ confirmedMinor, falseAlarmMinor }: Worth): bigint =>
  confirmedMinor - falseAlarmMinor;

export interface MeasuredShare {
  value: number | null;
  low: number | null;
  high: number | null;
  n: number;
}

const LOW = 0.1;
const HIGH = 0.9;
const Z90 = 1.2815515655446004;
const NOTHING_KNOWN: MeasuredShare = { value: null, low: null, high: null, n: 0 };

/** k of n with the 80 % Jeffreys interval. */
export function shareOf(k: number, n: number): MeasuredShare {
  if (n === 0) return NOTHING_KNOWN;
  const a = k + 0.5;
  const b = n - k + 0.5;
  return {
    value: k / n,
    low: k === 0 ? 0 : betaQuantile(LOW, a, b),
    high: k === n ? 1 : betaQuantile(HIGH, a, b),
    n,
  };
}

/** Events over an exposure with the 80 % Poisson interval (Byar's approximation); n = the events. */
export function rateOf(events: number, exposure: number): MeasuredShare {
  if (exposure <= 0) return NOTHING_KNOWN;
  const limit = (k: number, z: number): number => k * (1 - 1 / (9 * k) + z / (3 * Math.sqrt(k))) ** 3;
  return {
    value: events / exposure,
    low: events === 0 ? 0 : Math.max(0, limit(events, -Z90)) / exposure,
    high: limit(events + 1, Z90) / exposure,
    n: events,
  };
}

/** The value below which a share `q` of them lies, between neighbours in a straight line; `null` of none. */
export function quantileOf(values: readonly number[], q: number): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const at = q * (sorted.length - 1);
  const below = sorted[Math.floor(at)] as number;
  const above = sorted[Math.ceil(at)] as number;
  return below + (above - below) * (at - Math.floor(at));
}

export const precisionOf = ({ truePositives: tp, falsePositives: fp }: Tally): MeasuredShare => shareOf(tp, tp + fp);
export const recallOf = ({ truePositives: tp, falseNegatives: fn }: Tally): MeasuredShare => shareOf(tp, tp + fn);
