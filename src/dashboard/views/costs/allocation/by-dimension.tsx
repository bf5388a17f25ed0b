// By which dimension those who carry shared cost are shown; those that say something of receivers.
import type { VNode } from 'preact';
import type { Dimension } from '../../../../contracts/costs.ts';
import { useWords } from '../../../app-context.ts';
import { Select } from '../../../components/field.tsx';
import { COMPARED_DIMENSIONS } from '../dimension-choices.ts';

export const carrierOf = (text: string | undefined): Dimension =>
  COMPARED_DIMENSIONS.find((dimension) => dimension === text) ?? 'product-line';

export function ByDimension({ value, onChange }: { value: Dimension; onChange: (by: Dimension) => void }): VNode {
  const words = useWords();
  return (
    <label class="line by-dimension">
      <span class="muted">{words.allocation.trial.by}</span>
      <Select
        value={value}
        options={COMPARED_DIMENSIONS.map((dimension) => ({ value: dimension, text: words.terms.dimension[dimension] }))}
        onChange={onChange}
      />
    </label>
  );
}
