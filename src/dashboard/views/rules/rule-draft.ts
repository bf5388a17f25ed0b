// A rule while it is being written: what the form holds, and the body it sends.
import type { Product } from '../../../contracts/product.ts';
import type { Condition } from '../../../contracts/rule-conditions.ts';
import type { NewRule, Rule, RuleChange, Schedule } from '../../../contracts/rules.ts';
import type { Severity } from '../../../contracts/work-order-states.ts';
import { draftOf } from './condition-kinds.ts';

export interface RuleDraft {
  product: string;
  device: string;
  overrides: number | null;
  off: boolean;
  nameEn: string;
  nameZh: string;
  component: string;
  severity: Severity;
  pause: number;
  condition: Condition;
  schedule: Schedule | null;
  /** As a date and time field holds it, empty = when put in force. */
  effective: string;
  why: string;
}

const DEFAULT_PAUSE_MINUTES = 60;

export function newDraft(product: Product): RuleDraft {
  return {
    product: product.code,
    device: '',
    overrides: null,
    off: false,
    nameEn: '',
    nameZh: '',
    component: '',
    severity: 'major',
    pause: DEFAULT_PAUSE_MINUTES,
    condition: draftOf(product.metrics.some(({ kind }) => kind === 'gauge') ? 'threshold' : 'no-data', product.metrics),
    schedule: null,
    effective: '',
    why: '',
  };
}

export const draftFrom = (rule: Rule): RuleDraft => ({
  product: rule.product,
  device: rule.device ?? '',
  overrides: rule.overrides,
  off: rule.off,
  nameEn: rule.name.en,
  nameZh: rule.name.zh,
  component: rule.component ?? '',
  severity: rule.severity,
  pause: rule.refractoryMinutes,
  condition: rule.condition,
  schedule: rule.schedule,
  effective: '',
  why: '',
});

/** An override begins as the rule it takes the place of. */
export const overrideFrom = (rule: Rule): RuleDraft => ({ ...draftFrom(rule), device: '', overrides: rule.id });

export const defaultSchedule = (timeZone: string): Schedule => ({
  timeZone,
  days: [1, 2, 3, 4, 5],
  from: '08:00',
  to: '18:00',
});

export const isComplete = (draft: RuleDraft, isChange: boolean): boolean =>
  draft.nameEn.trim() !== '' &&
  draft.nameZh.trim() !== '' &&
  (draft.overrides === null || draft.device !== '') &&
  (!isChange || draft.why.trim() !== '');

export function changeOf(draft: RuleDraft): RuleChange {
  const { component, severity, condition, schedule, off, pause, effective, why } = draft;
  return {
    component: component === '' ? null : component,
    name: { en: draft.nameEn.trim(), zh: draft.nameZh.trim() },
    condition,
    severity,
    refractoryMinutes: pause,
    schedule,
    off,
    ...(effective === '' ? {} : { effectiveFrom: new Date(effective).toISOString() }),
    ...(why.trim() === '' ? {} : { why: why.trim() }),
  };
}

export const bodyOf = (draft: RuleDraft): NewRule => ({
  ...(changeOf(draft) as Omit<NewRule, 'product'>),
  product: draft.product,
  device: draft.device === '' ? null : draft.device,
  overrides: draft.overrides,
});
