// Rules for tests of the judging of rules: one version, in force for ever.
import type { Condition } from '../../src/contracts/rule-conditions.ts';
import type { RulePlan } from '../../src/predictor/core/plan.ts';
import { FOREVER_MS } from '../../src/predictor/core/rules/in-force.ts';
import { HOUR, START } from './predictor-signals.ts';

export const rulePlan = (condition: Condition, over: Partial<RulePlan> = {}): RulePlan => ({
  id: 7,
  version: 1,
  name: { en: 'Rule', zh: '规则' },
  component: null,
  condition,
  severity: 'major',
  refractoryMs: HOUR,
  schedule: null,
  mode: 'active',
  effectiveFromMs: START,
  untilMs: FOREVER_MS,
  ...over,
});
