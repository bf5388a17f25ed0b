// By which dimension those who carry shared cost are shown; those that say something of receivers.
import type { VNode } from 'preact';
import type { Dimension } from '../../../../contracts/costs.ts';
import { useWords } from '../../../app-context.ts';
import { Select } from '../../../components/field.tsx';

const CARRIERS: readonly Dimension[] = [
  'product-line',
  'product',
  'customer',
  'customer-group',
  'region',
  'station',
  'contract',
  'contract-type',
  'service-type',
  'maintenance-kind',
  'device',
  'element',
  'pool',
];
export const carrierOf = (text: string | undefined): Dimension =>
  CARRIERS.find((dimension) => dimension === text) ?? 'product-line';

export function ByDimension({ value, onChange }: { value: Dimension; onChange: (by: Dimension) => void }): VNode {
  const words = useWords();
  return (
    <label class="line by-dimension">
      <span class="muted">{words.allocation.trial.by}</span>
      <Select
        value={value}
        options={CARRIERS.map((dimension) => ({ value: dimension, text: words.terms.dimension[dimension] }))}
        onChange={onChange}
      />
    </label>
  );
}
