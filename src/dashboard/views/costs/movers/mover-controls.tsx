// What is held against what, by which dimensions, in which unit of volume: kept in the URL.
import type { VNode } from 'preact';
import type { Dimension } from '../../../../contracts/costs.ts';
import { VOLUME_UNITS } from '../../../../contracts/http/cost-comparison.ts';
import { useFormat, useWords } from '../../../app-context.ts';
import { Select } from '../../../components/field.tsx';
import { Segmented } from '../../../components/segmented.tsx';
import { useScope } from '../../../state/use-scope.ts';
import { dimensionLabel } from '../dimension-label.ts';
import { useSummary } from '../use-cost-query.ts';
import { BASES, MOVER_DIMENSIONS, type MoverSettings } from './movers-settings.ts';

export function MoverControls({ settings }: { settings: MoverSettings }): VNode {
  const words = useWords();
  const { setQuery } = useScope();
  const option = (value: Dimension): { value: string; text: string } => ({ value, text: words.terms.dimension[value] });
  const { basis, by, within, unit } = settings;
  return (
    <div class="section mover-controls">
      <Segmented
        label={words.movers.basis.label}
        value={basis}
        options={BASES.map((value) => ({ value, text: words.movers.basis[value] }))}
        onChange={(value) => setQuery({ basis: value, cell: null })}
      />
      {basis === 'values' && <ValueFields settings={settings} />}
      <label class="line">
        <span class="muted">{words.movers.by}</span>
        <Select
          value={by}
          options={MOVER_DIMENSIONS.map(option)}
          onChange={(value) => setQuery({ by: value, cell: null })}
        />
      </label>
      <label class="line">
        <span class="muted">{words.movers.within}</span>
        <Select
          value={within ?? 'none'}
          options={[
            { value: 'none', text: words.movers.withinNone },
            ...MOVER_DIMENSIONS.filter((one) => one !== by).map(option),
          ]}
          onChange={(value) => setQuery({ within: value, cell: null })}
        />
      </label>
      <label class="line">
        <span class="muted">{words.movers.volume}</span>
        <Select
          value={unit}
          options={VOLUME_UNITS.map((value) => ({ value, text: words.movers.unit[value] }))}
          onChange={(value) => setQuery({ volume: value })}
        />
      </label>
    </div>
  );
}

/** Two values of a dimension that have cost in the period, the dearest first. */
function ValueFields({ settings }: { settings: MoverSettings }): VNode {
  const words = useWords();
  const format = useFormat();
  const { filter, setQuery } = useScope();
  const { dimension, before, after } = settings.values;
  const found = useSummary([dimension], filter.range).value;
  const options = [
    { value: '', text: words.movers.choose },
    ...(found?.rows ?? []).flatMap(({ keys, labels }) => {
      const code = keys[dimension] ?? null;
      if (code === null) return [];
      return [{ value: code, text: dimensionLabel(dimension, code, labels[dimension] ?? null, words, format) }];
    }),
  ];
  return (
    <>
      <Select
        label={words.movers.of}
        value={dimension}
        options={MOVER_DIMENSIONS.map((value) => ({ value, text: words.terms.dimension[value] }))}
        onChange={(value) => setQuery({ of: value, a: null, b: null, cell: null })}
      />
      <Select
        label={words.movers.valueBefore}
        value={before ?? ''}
        options={options}
        onChange={(value) => setQuery({ a: value || null, cell: null })}
      />
      <span class="muted">→</span>
      <Select
        label={words.movers.valueAfter}
        value={after ?? ''}
        options={options}
        onChange={(value) => setQuery({ b: value || null, cell: null })}
      />
    </>
  );
}
