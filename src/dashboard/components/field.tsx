// A labelled form field; the label is always visible, the hint or error is tied to the input by the browser's own nesting.
import type { ComponentChildren, VNode } from 'preact';

interface FieldProps {
  label: string;
  hint?: string;
  children: ComponentChildren;
}
export const Field = ({ label, hint, children }: FieldProps): VNode => (
  <label class="field">
    <span class="field-label">{label}</span>
    {children}
    {hint !== undefined && <span class="field-hint">{hint}</span>}
  </label>
);

interface SelectProps<T extends string> {
  value: T;
  options: readonly { value: T; text: string }[];
  onChange: (value: T) => void;
  label?: string;
}
export const Select = <T extends string>({ value, options, onChange, label }: SelectProps<T>): VNode => (
  <span class="select">
    <select value={value} aria-label={label} onChange={(event) => onChange(event.currentTarget.value as T)}>
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.text}
        </option>
      ))}
    </select>
  </span>
);
