// Every version of a rule, newest first: what it says, who wrote it, who put it in force.
import type { VNode } from 'preact';
import type { RuleDecision, RuleVersion } from '../../../contracts/rules.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { conditionText, type Wording } from './condition-words.ts';

export function RuleVersions({ versions, wording }: { versions: readonly RuleVersion[]; wording: Wording }): VNode {
  const words = useWords().rules;
  const format = useFormat();
  const decisionText = ({ decision, actor, mode, effectiveFrom }: RuleDecision): string =>
    decision === 'activated'
      ? words.activated(actor, words.approval[mode ?? 'active'], format.dateTime(effectiveFrom))
      : words.deactivated(actor, format.dateTime(effectiveFrom));
  return (
    <div class="pane-part">
      <h3>{words.versions}</h3>
      <ol class="rule-versions">
        {versions.map((version) => (
          <li key={version.version}>
            <strong>{words.version(String(version.version))}</strong>{' '}
            <span class="muted">{words.wrote(version.author, format.dateTime(version.createdAt))}</span>
            {version.why !== null && <p>“{version.why}”</p>}
            <p>{version.off ? words.switchedOff : conditionText(version.condition, wording)}</p>
            {version.decisions.map((one) => (
              <p class="muted" key={`${one.at} ${one.decision}`}>
                {decisionText(one)}
                {one.note !== null && ` · “${one.note}”`}
              </p>
            ))}
          </li>
        ))}
      </ol>
    </div>
  );
}
