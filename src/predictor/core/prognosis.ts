// From a finding to a decision: the probability of failure within the mode's horizon, the severity, the value at risk, and
// whether it pays to act now.
import { scaleMinor } from '../../contracts/money.ts';
import type { Severity } from '../../contracts/work-order-states.ts';
import { betaQuantile } from './beta.ts';
import type { TimeLeft } from './trend.ts';

export interface Outcomes {
  confirmed: number;
  refuted: number;
}

/** Whole minor units of one currency: a planned fix, an unplanned failure, a needless visit. */
export interface ActionCosts {
  plannedMinor: bigint;
  unplannedMinor: bigint;
  needlessMinor: bigint;
  currency: string;
}

export interface FailureProbability {
  value: number;
  low: number;
  high: number;
  /** Findings with a known outcome; 0 says that the value is the prior. */
  n: number;
}

/** Beta(2, 2): before any outcome is known, a finding is as likely right as wrong, and nobody is sure of that. */
const PRIOR = 2;
const LOW = 0.1;
const HIGH = 0.9;

/**
 * P(true finding) x P(failure within the horizon | true finding), with the 80 % interval of the first factor.
 * The first is the posterior mean of how findings of this mode turned out. The second is 1 where no sign leads to failure in a
 * line, since the horizon is how far ahead the signs of this mode show; where a line exists, the mean of that and of
 * what the line says: wear speeds up, so a straight line alone would wait too long. The interval opens towards 0 and 1 by the
 * share of the mode's signs of which nothing trustworthy is known.
 */
export function failureProbability(
  { confirmed, refuted }: Outcomes,
  left: TimeLeft | null,
  unknownShare = 0,
): FailureProbability {
  const a = PRIOR + confirmed;
  const b = PRIOR + refuted;
  const within = left === null ? 1 : (1 + left.withinHorizon) / 2;
  return {
    value: (a / (a + b)) * within,
    low: betaQuantile(LOW, a, b) * within * (1 - unknownShare),
    high: 1 - (1 - betaQuantile(HIGH, a, b) * within) * (1 - unknownShare),
    n: confirmed + refuted,
  };
}

/**
 * Act when the probability is above p* = C_FP / (C_F - C_P + C_FP): then the expected saving exceeds the expected needless
 * visit. `null` = never, when a planned fix costs as much as the failure.
 */
export function triggerThreshold({ plannedMinor, unplannedMinor, needlessMinor }: ActionCosts): number | null {
  const saved = unplannedMinor - plannedMinor;
  return saved <= 0n ? null : Number(needlessMinor) / Number(saved + needlessMinor);
}

const PROBABILITY_STEPS = 1_000_000;

/** Probability x what a planned fix would save; nothing is at risk when it saves nothing. */
export function valueAtRiskMinor(probability: number, { plannedMinor, unplannedMinor }: ActionCosts): bigint {
  const saved = unplannedMinor - plannedMinor;
  if (saved <= 0n) return 0n;
  return scaleMinor(saved, BigInt(Math.round(probability * PROBABILITY_STEPS)), BigInt(PROBABILITY_STEPS));
}

const CRITICAL_HOURS = 72;
const MAJOR_HOURS = 336;

/** How bad (probability x criticality of the component) and how soon (median time left, else the horizon). */
export function severityOf(probability: number, criticality: number, hoursLeft: number): Severity {
  const weight = probability * criticality;
  if (weight >= 0.3 && hoursLeft <= CRITICAL_HOURS) return 'critical';
  if (weight >= 0.3 && hoursLeft <= MAJOR_HOURS) return 'major';
  return weight >= 0.1 ? 'minor' : 'warning';
}
