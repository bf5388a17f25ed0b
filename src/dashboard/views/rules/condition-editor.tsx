// One condition as fields, with the conditions inside it below: choosing another kind keeps what it can.
import type { VNode } from 'preact';
import type { Metric } from '../../../contracts/product.ts';
import type { Condition, GroupCondition } from '../../../contracts/rule-conditions.ts';
import { useWords } from '../../app-context.ts';
import { Field, Select } from '../../components/field.tsx';
import { Icon } from '../../components/icon.tsx';
import { draftOf, type Kind, kindsFor } from './condition-kinds.ts';
import { LeafFields } from './leaf-fields.tsx';
import { NumberInput } from './number-input.tsx';

interface ConditionEditorProps {
  condition: Condition;
  metrics: readonly Metric[];
  depth: number;
  onChange: (condition: Condition) => void;
  onRemove?: () => void;
}

/** As deep as the server takes it. */
const DEEPEST = 4;
const MOST_PARTS = 10;
const MINUTE_S = 60;

export function ConditionEditor({ condition, metrics, depth, onChange, onRemove }: ConditionEditorProps): VNode {
  const words = useWords().rules.condition;
  const isGroup = 'of' in condition || 'condition' in condition;
  return (
    <fieldset class="condition">
      <legend class="only-readers">{words.label}</legend>
      <div class="condition-fields">
        <Field label={words.label}>
          <Select
            value={condition.kind}
            options={kindsFor(metrics, depth, DEEPEST).map((value) => ({ value, text: words.kind[value] }))}
            onChange={(kind: Kind) => onChange(draftOf(kind, metrics, condition))}
          />
        </Field>
        {isGroup ? (
          <GroupFields condition={condition} onChange={onChange} />
        ) : (
          <LeafFields condition={condition} metrics={metrics} onChange={onChange} />
        )}
        {onRemove !== undefined && (
          <button type="button" class="button quiet condition-remove" onClick={onRemove} title={words.remove}>
            <Icon name="close" />
            <span class="only-readers">{words.remove}</span>
          </button>
        )}
      </div>
      {isGroup && <Inner {...{ condition, metrics, depth, onChange }} />}
    </fieldset>
  );
}

interface GroupFieldsProps {
  condition: GroupCondition;
  onChange: (condition: Condition) => void;
}
function GroupFields({ condition, onChange }: GroupFieldsProps): VNode | null {
  const words = useWords().rules.condition;
  if (condition.kind === 'duration') {
    const set = (minutes = 0): void => onChange({ ...condition, forSeconds: minutes * MINUTE_S });
    return <NumberInput label={words.hold} value={condition.forSeconds / MINUTE_S} onChange={set} />;
  }
  if (condition.kind !== 'repeating') return null;
  const { times, withinSeconds } = condition;
  return (
    <>
      <NumberInput label={words.times} value={times} onChange={(next = 0) => onChange({ ...condition, times: next })} />
      <NumberInput
        label={words.within}
        value={withinSeconds / MINUTE_S}
        onChange={(minutes = 0) => onChange({ ...condition, withinSeconds: minutes * MINUTE_S })}
      />
    </>
  );
}

interface InnerProps {
  condition: GroupCondition;
  metrics: readonly Metric[];
  depth: number;
  onChange: (condition: Condition) => void;
}
function Inner({ condition, metrics, depth, onChange }: InnerProps): VNode {
  const words = useWords().rules.condition;
  if (!('of' in condition)) {
    const set = (inner: Condition): void => onChange({ ...condition, condition: inner });
    return (
      <div class="condition-inner">
        <ConditionEditor condition={condition.condition} metrics={metrics} depth={depth + 1} onChange={set} />
      </div>
    );
  }
  const { of: parts } = condition;
  return (
    <div class="condition-inner">
      {parts.map((part, index) => (
        <ConditionEditor
          // Parts have no names of their own; their place is what they are.
          key={index}
          condition={part}
          metrics={metrics}
          depth={depth + 1}
          onChange={(next) => onChange({ ...condition, of: parts.map((one, at) => (at === index ? next : one)) })}
          {...(parts.length > 2
            ? { onRemove: () => onChange({ ...condition, of: parts.filter((_, at) => at !== index) }) }
            : {})}
        />
      ))}
      {parts.length < MOST_PARTS && (
        <button
          type="button"
          class="button quiet"
          onClick={() => onChange({ ...condition, of: [...parts, draftOf('threshold', metrics)] })}
        >
          <Icon name="plus" /> {words.add}
        </button>
      )}
    </div>
  );
}
