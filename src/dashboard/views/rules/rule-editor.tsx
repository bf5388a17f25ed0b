// Writes a rule, an override of one, or a new version of one: fields above, the whole rule as a sentence below.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Product } from '../../../contracts/product.ts';
import type { Rule } from '../../../contracts/rules.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Empty } from '../../components/state-views.tsx';
import { useCommand } from '../../state/use-command.ts';
import { ConditionEditor } from './condition-editor.tsx';
import { conditionText } from './condition-words.ts';
import { bodyOf, changeOf, draftFrom, isComplete, newDraft, overrideFrom, type RuleDraft } from './rule-draft.ts';
import { RuleFields } from './rule-fields.tsx';
import { ScheduleFields } from './schedule-fields.tsx';
import { FormMessage } from '../../components/form-message.tsx';

interface RuleEditorProps {
  products: readonly Product[];
  /** The rule that is changed. */
  rule?: Rule;
  /** The rule that is overridden on a device. */
  overridden?: Rule | null;
  onSaved: (rule: Rule) => void;
  onCancel: () => void;
}

export function RuleEditor({ products, rule, overridden = null, onSaved, onCancel }: RuleEditorProps): VNode {
  const { api } = useApp();
  const words = useWords();
  const format = useFormat();
  const command = useCommand();
  const writable = products.filter(({ metrics }) => metrics.length > 0);
  const [draft, setDraft] = useState<RuleDraft | null>(() => {
    if (rule !== undefined) return draftFrom(rule);
    if (overridden !== null) return overrideFrom(overridden);
    return writable[0] === undefined ? null : newDraft(writable[0]);
  });
  const product = products.find(({ code }) => code === draft?.product);
  const say = words.rules;
  if (draft === null || product === undefined) return <Empty icon="rules" title={say.form.noMetrics} />;
  const set = (part: Partial<RuleDraft>): void => setDraft({ ...draft, ...part });
  const wording = { metrics: product.metrics, words, format };
  const save = (): void =>
    command.run(async (key) => {
      onSaved(
        rule === undefined
          ? await api.post<Rule>('/rules', bodyOf(draft), key)
          : await api.patch<Rule>(`/rules/${rule.id}`, changeOf(draft), rule.revision, key),
      );
    });
  const isChange = rule !== undefined;
  return (
    <form
      class="pane rule-editor"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <header class="pane-head">
        <h2>{isChange ? `${say.form.change}: ${format.text(rule.name)}` : say.form.title}</h2>
      </header>
      <div class="pane-part">
        <RuleFields
          {...{ draft, product, products: writable, isFixed: isChange || overridden !== null, set, setDraft }}
        />
      </div>
      {!draft.off && (
        <div class="pane-part">
          <h3>{say.condition.label}</h3>
          <ConditionEditor
            condition={draft.condition}
            metrics={product.metrics}
            depth={1}
            onChange={(condition) => set({ condition })}
          />
        </div>
      )}
      <div class="pane-part">
        <ScheduleFields {...{ draft, set }} />
      </div>
      <div class="pane-part rule-preview" aria-live="polite">
        <span class="field-label">{say.form.preview}</span>
        <p class="reason">
          {draft.off
            ? say.switchedOff
            : say.sentence.whole(
                words.terms.severity[draft.severity].toLowerCase(),
                conditionText(draft.condition, wording),
              )}
        </p>
        <div class="line wrap">
          <button type="submit" class="button primary" disabled={command.isBusy || !isComplete(draft, isChange)}>
            {isChange ? say.form.saveChange : say.form.save}
          </button>
          <button type="button" class="button" onClick={onCancel}>
            {say.form.cancel}
          </button>
        </div>
        <FormMessage text={command.problem} />
      </div>
    </form>
  );
}
