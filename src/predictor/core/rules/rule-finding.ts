// What a rule that is on has found: the parts that hold, with the values farthest beyond their limits, as contributors and in
// words of both languages.
import { freshSecondsOf, type ValueCondition } from '../../../contracts/condition-freshness.ts';
import { childrenOf } from '../../../contracts/condition-tree.ts';
import type {
  Condition,
  LeafCondition,
  NoDataCondition,
  RateCondition,
  StateCondition,
  ThresholdCondition,
} from '../../../contracts/rule-conditions.ts';
import type { Text } from '../../../contracts/text.ts';
import type { EpochMs } from '../../../contracts/time.ts';
import type { Finding } from '../finding.ts';
import type { DevicePlan, RulePlan } from '../plan.ts';
import { dayText, decimalsFor, quantityOf } from '../quantity.ts';
import type { NodeState, RuleState } from '../state.ts';
import type { Contribution } from '../views.ts';
import { isValue, limitOf, saidAt } from './leaves.ts';

interface Holding<Leaf extends LeafCondition = LeafCondition> {
  condition: Leaf;
  state: NodeState;
  sinceMs: EpochMs;
}

const MOST_CONTRIBUTORS = 3;

export function ruleFindingOf(plan: DevicePlan, rule: RulePlan, state: RuleState): Finding {
  const { holding, unknown } = partsOf(rule.condition, state);
  const contributors = holding.flatMap(contributionsOf).slice(0, MOST_CONTRIBUTORS);
  return {
    worst: 1,
    contributors,
    windowFromMs: Math.min(state.atMs, ...holding.map(({ sinceMs }) => sinceMs)),
    windowToMs: state.atMs,
    timeLeft: null,
    reason: reasonOf(plan, rule, holding, unknown),
  };
}

/** How far the values have been beyond their limits, so that an episode which gets worse says so at once. */
export function beyondOf({ condition }: RulePlan, state: RuleState): number {
  const beyond = partsOf(condition, state).holding.map(({ condition: leaf, state: { worst } }) =>
    leaf.kind === 'threshold' || leaf.kind === 'rate' ? Math.abs(worst - limitOf(leaf)) : 0,
  );
  return Math.max(0, ...beyond);
}

interface Parts {
  holding: Holding[];
  /** Were known once, and have not been heard for too long. */
  unknown: ValueCondition[];
}

/** The leaves that hold now; of what repeats also one that holds no more. And those of which nothing is known by now. */
function partsOf(condition: Condition, { nodes, atMs }: RuleState): Parts {
  const parts: Parts = { holding: [], unknown: [] };
  let index = 0;
  const visit = (part: Condition, isRepeated: boolean): void => {
    const state = nodes[index++];
    const children = childrenOf(part);
    for (const child of children) visit(child, isRepeated || part.kind === 'repeating');
    if (children.length > 0 || state === undefined) return;
    const said = saidAt(part, state, atMs);
    if (said === null && isValue(part) && state.freshToMs !== undefined) parts.unknown.push(part);
    if (said !== true && !isRepeated) return;
    parts.holding.push({ condition: part as LeafCondition, state, sinceMs: state.sinceMs ?? atMs });
  };
  visit(condition, false);
  return parts;
}

function contributionsOf({ condition, state, sinceMs }: Holding): Contribution[] {
  if (condition.kind !== 'threshold' && condition.kind !== 'rate') return [];
  const isUp = 'above' in condition;
  const expected = limitOf(condition);
  const direction = isUp ? 'up' : 'down';
  return [{ metric: condition.metric, by: 'level', direction, value: state.worst, expected, sigma: 0, sinceMs }];
}

function reasonOf(
  plan: DevicePlan,
  { name, condition }: RulePlan,
  holding: readonly Holding[],
  unknown: readonly ValueCondition[],
): Text {
  const facts = [...holding.map((one) => factOf(plan, one)), ...unknown.map((one) => unknownFact(plan, one))];
  const times = condition.kind === 'repeating' ? timesOf(condition.times, condition.withinSeconds) : null;
  const en = [facts.map((fact) => fact.en).join('; '), times?.en].filter(Boolean).join(', ');
  const zh = [facts.map((fact) => fact.zh).join('；'), times?.zh].filter(Boolean).join('，');
  return {
    en: en === '' ? `${name.en}.` : `${name.en}: ${en}.`,
    zh: zh === '' ? `${name.zh}。` : `${name.zh}：${zh}。`,
  };
}

const timesOf = (times: number, withinSeconds: number): Text => {
  const span = spanText(withinSeconds);
  return { en: `${times} times within ${span.en}`, zh: `${span.zh}内出现 ${times} 次` };
};

function factOf(plan: DevicePlan, { condition, state, sinceMs }: Holding): Text {
  switch (condition.kind) {
    case 'threshold':
      return thresholdFact(plan, { condition, state, sinceMs });
    case 'rate':
      return rateFact(plan, { condition, state, sinceMs });
    case 'state':
      return stateFact(plan, { condition, state, sinceMs });
    case 'no-data':
      return silenceFact(plan, condition, sinceMs);
  }
}

const metricOf = (plan: DevicePlan, code: string): { name: Text; unit: string } =>
  plan.metrics.get(code)?.metric ?? { name: { en: code, zh: code }, unit: '' };

const sinceText = (atMs: EpochMs): Text => ({ en: `since ${dayText(atMs, 'en')}`, zh: `自${dayText(atMs, 'zh')}起` });

function thresholdFact(plan: DevicePlan, { condition, state, sinceMs }: Holding<ThresholdCondition>): Text {
  const { name, unit } = metricOf(plan, condition.metric);
  const expected = limitOf(condition);
  const decimals = Math.max(decimalsFor(state.worst - expected), decimalsFor(expected));
  const now = quantityOf(state.worst, unit, decimals);
  const limit = quantityOf(expected, unit, decimals);
  const isUp = 'above' in condition;
  const since = sinceText(sinceMs);
  return {
    en: `${name.en} as ${isUp ? 'high' : 'low'} as ${now} ${since.en}, limit ${limit}`,
    zh: `${name.zh}${since.zh}${isUp ? '最高' : '最低'} ${now}，限值 ${limit}`,
  };
}

function rateFact(plan: DevicePlan, { condition, state, sinceMs }: Holding<RateCondition>): Text {
  const { name, unit } = metricOf(plan, condition.metric);
  const expected = limitOf(condition);
  const decimals = Math.max(decimalsFor(state.worst - expected), decimalsFor(expected));
  const now = quantityOf(state.worst, unit, decimals);
  const limit = quantityOf(expected, unit, decimals);
  const span = spanText(condition.overSeconds);
  const since = sinceText(sinceMs);
  const per = condition.per === 'hour' ? { en: 'an hour', zh: '每小时' } : { en: 'a day', zh: '每天' };
  return {
    en: `${name.en} changes by ${now} ${per.en} over ${span.en} ${since.en}, limit ${limit}`,
    zh: `${name.zh}${since.zh}在${span.zh}内${per.zh}变化 ${now}，限值 ${limit}`,
  };
}

function stateFact(plan: DevicePlan, { condition, sinceMs }: Holding<StateCondition>): Text {
  const { name } = metricOf(plan, condition.metric);
  const since = sinceText(sinceMs);
  return {
    en: `${name.en} is ${condition.in.join(' or ')} ${since.en}`,
    zh: `${name.zh}${since.zh}为 ${condition.in.join(' 或 ')}`,
  };
}

function silenceFact(plan: DevicePlan, { metric }: NoDataCondition, sinceMs: EpochMs): Text {
  const what = metric === undefined ? { en: 'the device', zh: '设备' } : metricOf(plan, metric).name;
  const since = sinceText(sinceMs);
  return { en: `nothing heard of ${what.en} ${since.en}`, zh: `${since.zh}未收到${what.zh}的数据` };
}

function unknownFact(plan: DevicePlan, condition: ValueCondition): Text {
  const { name } = metricOf(plan, condition.metric);
  const intervalS = plan.metrics.get(condition.metric)?.metric.expectedIntervalS ?? 0;
  const span = spanText(freshSecondsOf(condition, intervalS));
  return {
    en: `${name.en} unknown, not heard for ${span.en} or longer`,
    zh: `${name.zh}未知，已有${span.zh}以上未收到`,
  };
}

const SPANS = [
  { seconds: 86_400, en: 'd', zh: '天' },
  { seconds: 3_600, en: 'h', zh: '小时' },
  { seconds: 60, en: 'min', zh: '分钟' },
  { seconds: 1, en: 's', zh: '秒' },
] as const;

/** In the largest unit that leaves no fraction. */
function spanText(seconds: number): Text {
  const unit = SPANS.find((one) => seconds >= one.seconds && seconds % one.seconds === 0) ?? SPANS[3];
  const n = String(seconds / unit.seconds);
  return { en: `${n} ${unit.en}`, zh: `${n} ${unit.zh}` };
}
