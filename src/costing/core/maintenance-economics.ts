// The money behind preventive against reactive: what a fix costs planned, what the same failure costs unplanned, what a
// needless visit costs, and what acting on predictions was worth (domain: prediction, "what it was worth").
import { scaleMinor } from '../../contracts/money.ts';

export interface FixTerms {
  /** 0 when the fix takes no part. */
  partMinor: bigint;
  people: number;
  labourHours: number;
  ratePerHourMinor: bigint;
  /** There and back; 0 for a remote fix. */
  travelMinor: bigint;
  unplannedFactor: number;
  unplannedDowntimeHours: number;
  penaltyPerHourMinor: bigint;
}

export interface FixCosts {
  /** C_P: the planned fix. */
  plannedMinor: bigint;
  /** C_F: the same failure unplanned. */
  unplannedMinor: bigint;
  /** C_FP: a visit that finds nothing. */
  needlessMinor: bigint;
}

/** Hours an engineer spends finding that nothing is wrong. */
const NEEDLESS_HOURS = 2;

/** Factors and hours are catalogue estimates with three decimals at most, so they scale as exact thousandths. */
const scaleByMilli = (amountMinor: bigint, factor: number): bigint =>
  scaleMinor(amountMinor, BigInt(Math.round(factor * 1000)), 1000n);

/**
 * C_P = part + people x hours x rate + travel; C_F = C_P x unplanned factor + downtime hours x penalty;
 * C_FP = travel + 2 h of labour. Each product is rounded half away from zero.
 */
export function fixCosts(terms: FixTerms): FixCosts {
  const labour = scaleByMilli(terms.ratePerHourMinor * BigInt(terms.people), terms.labourHours);
  const plannedMinor = terms.partMinor + labour + terms.travelMinor;
  const penalty = scaleByMilli(terms.penaltyPerHourMinor, terms.unplannedDowntimeHours);
  return {
    plannedMinor,
    unplannedMinor: scaleByMilli(plannedMinor, terms.unplannedFactor) + penalty,
    needlessMinor: terms.travelMinor + scaleByMilli(terms.ratePerHourMinor, NEEDLESS_HOURS),
  };
}

/** A predictive job whose finding is in. */
export interface PredictedJob {
  isConfirmed: boolean;
  unplannedMinor: bigint;
  /** What it cost: of a confirmed job the planned fix, of a refuted one the needless visit. */
  actualMinor: bigint;
}

/** A predictive job of which nobody can say what it was worth; `spentMinor`: what it cost. */
export interface UndecidedJob {
  spentMinor: bigint;
}

export interface Avoidance {
  truePositives: number;
  falsePositives: number;
  grossMinor: bigint;
  needlessMinor: bigint;
  netMinor: bigint;
  undecided: number;
  undecidedMinor: bigint;
  /** Credits what findings confirmed alone, and counts everything else that was spent as needless. */
  conservativeMinor: bigint;
}

/**
 * net = sum over confirmed (C_F - C_P) - sum over refuted C_FP, before programme cost. What nobody can tell is left out of it; the
 * conservative figure takes it for needless.
 */
export function avoidanceOf(jobs: readonly PredictedJob[], undecided: readonly UndecidedJob[] = []): Avoidance {
  const confirmed = jobs.filter((job) => job.isConfirmed);
  const refuted = jobs.filter((job) => !job.isConfirmed);
  const grossMinor = confirmed.reduce((sum, job) => sum + job.unplannedMinor - job.actualMinor, 0n);
  const needlessMinor = refuted.reduce((sum, job) => sum + job.actualMinor, 0n);
  const undecidedMinor = undecided.reduce((sum, job) => sum + job.spentMinor, 0n);
  return {
    truePositives: confirmed.length,
    falsePositives: refuted.length,
    grossMinor,
    needlessMinor,
    netMinor: grossMinor - needlessMinor,
    undecided: undecided.length,
    undecidedMinor,
    conservativeMinor: grossMinor - needlessMinor - undecidedMinor,
  };
}
