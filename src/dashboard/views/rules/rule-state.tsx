// Where a rule stands, as a tag: in force, in shadow, from when on, draft, out of force.
import type { VNode } from 'preact';
import type { Rule } from '../../../contracts/rules.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';

export function RuleState({ rule }: { rule: Rule }): VNode {
  const { nowMs } = useApp();
  const words = useWords().rules.state;
  const format = useFormat();
  const { active, mode, effectiveFrom, draft } = rule;
  if (active && Date.parse(effectiveFrom) > nowMs.value) {
    return (
      <span class="tag is-accent">
        {words.later} {format.day(effectiveFrom)}
      </span>
    );
  }
  if (mode === 'shadow') return <span class="tag is-accent">{words.shadow}</span>;
  if (active) return <span class="tag is-good">{words.active}</span>;
  return draft === null ? <span class="tag">{words.off}</span> : <span class="tag is-warm">{words.draft}</span>;
}
