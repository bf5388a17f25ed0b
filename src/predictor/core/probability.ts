// Which probability of failure counts: a trained model's where there is one and the device is of the kind it has seen; else what
// became of such findings, joined with what the component's age says by itself.
import type { Finding } from './finding.ts';
import { failureProbability, type FailureProbability, type Outcomes } from './prognosis.ts';
import { MODEL } from './settings.ts';

export const BASES = ['model', 'signs', 'signs-and-age'] as const;
/** What a probability rests on. */
export type Basis = (typeof BASES)[number];

/** P(the component fails within the horizon) by its age alone, with its 80 % interval. */
export interface Ageing {
  value: number;
  low: number;
  high: number;
}

export interface JudgedProbability {
  probability: FailureProbability;
  basis: Basis;
  model: { name: string; version: string };
  /** The model's own horizon; `null`: the failure mode's. */
  horizonHours: number | null;
}

const either = (a: number, b: number): number => 1 - (1 - a) * (1 - b);

export function judgedProbability(finding: Finding, outcomes: Outcomes, ageing: Ageing | null): JudgedProbability {
  const { answer } = finding;
  if (answer !== undefined && !answer.isStrange) {
    const { value, low, high, n, version, horizonHours } = answer;
    return { probability: { value, low, high, n }, basis: 'model', model: { name: 'horizon', version }, horizonHours };
  }
  const signs = failureProbability(outcomes, finding.timeLeft, finding.unknown?.share);
  if (ageing === null) return { probability: signs, basis: 'signs', model: MODEL, horizonHours: null };
  // A part may fail of what the signs show or of its age, whichever comes first; the two are taken as independent.
  const probability = {
    value: either(signs.value, ageing.value),
    low: either(signs.low, ageing.low),
    high: either(signs.high, ageing.high),
    n: signs.n,
  };
  return { probability, basis: 'signs-and-age', model: MODEL, horizonHours: null };
}
