// The fields of a condition that looks at a metric: which one, and beyond what, in which state, how fast, or for how long silent.
import type { VNode } from 'preact';
import type { ValueCondition } from '../../../contracts/condition-freshness.ts';
import type { Metric } from '../../../contracts/product.ts';
import type {
  Condition,
  LeafCondition,
  NoDataCondition,
  RateCondition,
  StateCondition,
  ThresholdCondition,
} from '../../../contracts/rule-conditions.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { Field, Select } from '../../components/field.tsx';
import { unitSymbol } from '../../format/units.ts';
import { isFor } from './condition-kinds.ts';
import { NumberInput } from './number-input.tsx';

interface LeafProps<Leaf extends LeafCondition = LeafCondition> {
  condition: Leaf;
  metrics: readonly Metric[];
  onChange: (condition: Condition) => void;
}

const MINUTE_S = 60;
const HOUR_S = 3600;

export function LeafFields(props: LeafProps): VNode {
  const { condition } = props;
  return (
    <>
      <MetricField {...props} />
      {condition.kind === 'threshold' && <ThresholdFields {...props} condition={condition} />}
      {condition.kind === 'state' && <StateFields {...props} condition={condition} />}
      {condition.kind === 'rate' && <RateFields {...props} condition={condition} />}
      {condition.kind === 'no-data' ? (
        <SilenceFields {...props} condition={condition} />
      ) : (
        <FreshField {...props} condition={condition} />
      )}
    </>
  );
}

function MetricField({ condition, metrics, onChange }: LeafProps): VNode {
  const words = useWords().rules.condition;
  const format = useFormat();
  const known = metrics.filter((metric) => isFor(condition.kind, metric));
  const options = known.map(({ code, name }) => ({ value: code, text: format.text(name) }));
  const isSilence = condition.kind === 'no-data';
  const choose = (metric: string): void => {
    if (metric !== '') onChange({ ...condition, metric });
    else {
      const { metric: _, ...rest } = condition as NoDataCondition;
      onChange(rest as NoDataCondition);
    }
  };
  return (
    <Field label={words.metric}>
      <Select
        value={condition.metric ?? ''}
        options={isSilence ? [{ value: '', text: words.wholeDevice }, ...options] : options}
        onChange={choose}
      />
    </Field>
  );
}

const unitOf = (metrics: readonly Metric[], code: string): string =>
  unitSymbol(metrics.find((one) => one.code === code)?.unit ?? '');

/** Side and limit, which a threshold and a rate share. */
function LimitFields({ condition, metrics, onChange }: LeafProps<ThresholdCondition | RateCondition>): VNode {
  const words = useWords().rules.condition;
  const side = 'above' in condition ? 'above' : 'below';
  const limit = 'above' in condition ? condition.above : condition.below;
  const withLimit = (nextSide: 'above' | 'below', value: number): Condition => {
    const {
      above: _above,
      below: _below,
      clear: _clear,
      ...rest
    } = condition as ThresholdCondition & { above?: number; below?: number };
    const kept = nextSide === side && condition.clear !== undefined ? { clear: condition.clear } : {};
    return { ...rest, ...kept, [nextSide]: value } as Condition;
  };
  const setClear = (clear: number | undefined): void => {
    const { clear: _, ...rest } = condition;
    onChange((clear === undefined ? rest : { ...rest, clear }) as Condition);
  };
  return (
    <>
      <Field label={words.side}>
        <Select
          value={side}
          options={[
            { value: 'above', text: words.above },
            { value: 'below', text: words.below },
          ]}
          onChange={(next) => onChange(withLimit(next, limit))}
        />
      </Field>
      <NumberInput
        label={words.limit}
        unit={unitOf(metrics, condition.metric)}
        value={limit}
        onChange={(value) => value !== undefined && onChange(withLimit(side, value))}
      />
      <NumberInput label={words.clear} value={condition.clear} onChange={setClear} />
    </>
  );
}

function ThresholdFields({ condition, metrics, onChange }: LeafProps<ThresholdCondition>): VNode {
  const words = useWords().rules.condition;
  return (
    <>
      <LimitFields condition={condition} metrics={metrics} onChange={onChange} />
      <NumberInput
        label={words.hold}
        value={(condition.forSeconds ?? 0) / MINUTE_S}
        onChange={(minutes = 0) => onChange({ ...condition, forSeconds: minutes * MINUTE_S })}
      />
    </>
  );
}

function StateFields({ condition, onChange }: LeafProps<StateCondition>): VNode {
  const words = useWords().rules.condition;
  return (
    <Field label={words.states}>
      <input
        class="input"
        value={condition.in.join(', ')}
        onChange={(event) => {
          const states = event.currentTarget.value.split(/[,，]/).map((one) => one.trim());
          onChange({ ...condition, in: states.filter((one) => one !== '') });
        }}
      />
    </Field>
  );
}

function RateFields({ condition, metrics, onChange }: LeafProps<RateCondition>): VNode {
  const words = useWords().rules.condition;
  return (
    <>
      <LimitFields condition={condition} metrics={metrics} onChange={onChange} />
      <Field label={words.per}>
        <Select
          value={condition.per}
          options={[
            { value: 'hour', text: words.hour },
            { value: 'day', text: words.day },
          ]}
          onChange={(per) => onChange({ ...condition, per })}
        />
      </Field>
      <NumberInput
        label={words.over}
        value={condition.overSeconds / HOUR_S}
        onChange={(hours = 0) => onChange({ ...condition, overSeconds: hours * HOUR_S })}
      />
    </>
  );
}

/** Empty: as many intervals as the catalogue expects. */
function FreshField({ condition, onChange }: LeafProps<ValueCondition>): VNode {
  const words = useWords().rules.condition;
  const { freshSeconds } = condition;
  const set = (minutes: number | undefined): void => {
    const { freshSeconds: _, ...rest } = condition;
    onChange((minutes === undefined ? rest : { ...rest, freshSeconds: minutes * MINUTE_S }) as Condition);
  };
  return (
    <NumberInput
      label={words.fresh}
      value={freshSeconds === undefined ? undefined : freshSeconds / MINUTE_S}
      onChange={set}
    />
  );
}

function SilenceFields({ condition, metrics, onChange }: LeafProps<NoDataCondition>): VNode {
  const words = useWords().rules.condition;
  const interval = metrics.find(({ code }) => code === condition.metric)?.expectedIntervalS ?? MINUTE_S;
  const seconds = 'forSeconds' in condition ? condition.forSeconds : condition.intervals * interval;
  const { kind, metric } = condition;
  const set = (minutes = 0): void =>
    onChange({ kind, ...(metric === undefined ? {} : { metric }), forSeconds: minutes * MINUTE_S });
  return <NumberInput label={words.silence} value={seconds / MINUTE_S} onChange={set} />;
}
