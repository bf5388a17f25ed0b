// A number as it is typed: half a number stays on screen and changes nothing.
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Field } from '../../components/field.tsx';

interface NumberInputProps {
  label: string;
  value: number | undefined;
  unit?: string;
  /** `undefined`: it was emptied. */
  onChange: (value: number | undefined) => void;
}

export function NumberInput({ label, value, unit, onChange }: NumberInputProps): VNode {
  const [text, setText] = useState(value === undefined ? '' : String(value));
  useEffect(() => {
    if (value !== undefined && Number(text) !== value) setText(String(value));
  }, [value]);
  return (
    <Field label={unit ? `${label}, ${unit}` : label}>
      <input
        class="input"
        inputMode="decimal"
        value={text}
        onInput={(event) => {
          const typed = event.currentTarget.value.trim();
          setText(typed);
          if (typed === '') onChange(undefined);
          else if (Number.isFinite(Number(typed))) onChange(Number(typed));
        }}
      />
    </Field>
  );
}
