// Advisory generation: what an episode's row says, from the finding and from what is known about its failure mode.
import type { Contributor } from '../../contracts/http/devices.ts';
import type { Text } from '../../contracts/text.ts';
import { isoOf } from '../../contracts/time.ts';
import type { Severity } from '../../contracts/work-order-states.ts';
import type { Subject } from './episodes.ts';
import type { Finding } from './finding.ts';
import type { DevicePlan } from './plan.ts';
import {
  type ActionCosts,
  type FailureProbability,
  type Outcomes,
  severityOf,
  triggerThreshold,
  valueAtRiskMinor,
} from './prognosis.ts';
import { type Ageing, type Basis, judgedProbability } from './probability.ts';
import { reasonOf } from './reason.ts';
import type { Contribution } from './views.ts';

/** What is known about a failure mode on this device; costs are `null` where master data cannot price it. */
export interface Evidence {
  outcomes: Outcomes;
  costs: ActionCosts | null;
  /** By the component's age; `null` where no lives of its kind are known, or not when it was installed. */
  ageing: Ageing | null;
}

export interface PrognosisAdvice {
  probability: FailureProbability;
  basis: Basis;
  model: { name: string; version: string };
  horizonHours: number;
  /** p*, `null` = acting never pays, or nobody knows the costs. */
  threshold: number | null;
  isAboveThreshold: boolean;
  valueAtRiskMinor: bigint | null;
  currency: string | null;
  costs: ActionCosts | null;
}

export interface Advice {
  severity: Severity;
  reason: Text;
  contributors: Contributor[];
  /** `null` for rules and for signs no failure mode knows. */
  prognosis: PrognosisAdvice | null;
}

export function adviceOf(plan: DevicePlan, subject: Subject, finding: Finding, evidence: Evidence | null): Advice {
  const reason = reasonOf(plan, subject, finding);
  const contributors = finding.contributors.map((one) => contributorOf(plan, one));
  const { mode, rule } = subject;
  if (mode === null || evidence === null) {
    return { severity: rule?.severity ?? 'warning', reason, contributors, prognosis: null };
  }
  const { outcomes, costs, ageing } = evidence;
  const { probability, basis, model, horizonHours: own } = judgedProbability(finding, outcomes, ageing);
  const threshold = costs === null ? null : triggerThreshold(costs);
  const horizonHours = own ?? mode.mode.horizonHours;
  return {
    severity: severityOf(probability.value, mode.component.criticality, finding.timeLeft?.p50 ?? horizonHours),
    reason,
    contributors,
    prognosis: {
      probability,
      basis,
      model,
      horizonHours,
      threshold,
      isAboveThreshold: threshold !== null && probability.value > threshold,
      valueAtRiskMinor: costs === null ? null : valueAtRiskMinor(probability.value, costs),
      currency: costs?.currency ?? null,
      costs,
    },
  };
}

const SCATTER: Text = { en: ' (scatter)', zh: '（波动）' };

export function contributorOf(plan: DevicePlan, part: Contribution): Contributor {
  const metric = plan.metrics.get(part.metric)?.metric;
  const name = part.told?.name ?? metric?.name ?? { en: part.metric, zh: part.metric };
  return {
    metric: part.metric,
    name: part.by === 'scatter' ? { en: name.en + SCATTER.en, zh: name.zh + SCATTER.zh } : name,
    unit: part.told?.unit ?? metric?.unit ?? '',
    direction: part.direction,
    value: part.value,
    expected: part.expected,
    sigma: part.sigma,
    since: isoOf(part.sinceMs),
    ...(part.told === undefined ? {} : { share: part.told.share }),
    ...(part.peers === undefined ? {} : { peers: part.peers }),
  };
}
