// Threshold rules: on when the value stayed beyond its limit for the stated time, off when it is back past the clear level.
import type { Condition } from '../../contracts/rules.ts';
import type { EpochMs } from '../../contracts/time.ts';
import type { RulePlan } from './plan.ts';
import { NEVER_MS, type RuleState } from './state.ts';

export const newRuleState = ({ id, version }: RulePlan): RuleState => ({
  id,
  version,
  sinceMs: null,
  isOn: false,
  worst: 0,
  atMs: NEVER_MS,
});

const isBeyond = (condition: Condition, value: number): boolean =>
  'above' in condition ? value > condition.above : value < condition.below;

const isClear = (condition: Condition, value: number): boolean =>
  'above' in condition ? value <= (condition.clear ?? condition.above) : value >= (condition.clear ?? condition.below);

const worseOf = (condition: Condition, a: number, b: number): number =>
  'above' in condition ? Math.max(a, b) : Math.min(a, b);

/** Takes one reading of the rule's metric; true when the rule went on or off. */
export function judgeRule(
  { condition, effectiveFromMs }: RulePlan,
  state: RuleState,
  atMs: EpochMs,
  value: number,
): boolean {
  if (atMs < effectiveFromMs) return false;
  state.atMs = atMs;
  if (state.isOn) {
    state.worst = worseOf(condition, state.worst, value);
    if (!isClear(condition, value)) return false;
    state.isOn = false;
    state.sinceMs = null;
    return true;
  }
  if (!isBeyond(condition, value)) {
    state.sinceMs = null;
    return false;
  }
  state.worst = state.sinceMs === null ? value : worseOf(condition, state.worst, value);
  state.sinceMs ??= atMs;
  if (atMs - state.sinceMs < (condition.forSeconds ?? 0) * 1000) return false;
  state.isOn = true;
  return true;
}
