// An amount and its currency, typed by hand.
import type { VNode } from 'preact';
import { useWords } from '../../../app-context.ts';
import { Field } from '../../../components/field.tsx';
import { typedNumber } from '../../../format/format.ts';

interface TypedAmount {
  amount: string;
  currency: string;
}

export const isCurrency = (text: string): boolean => /^[A-Z]{3}$/.test(text);
export const isAmount = ({ amount, currency }: TypedAmount): boolean =>
  /^-?\d+(\.\d+)?$/.test(amount) && isCurrency(currency);

export function AmountFields({
  draft,
  onChange,
}: {
  draft: TypedAmount;
  onChange: (own: Partial<TypedAmount>) => void;
}): VNode {
  const words = useWords().rates;
  return (
    <>
      <Field label={words.amount}>
        <input
          inputMode="decimal"
          size={12}
          value={draft.amount}
          onInput={(event) => onChange({ amount: typedNumber(event.currentTarget.value) })}
        />
      </Field>
      <CurrencyField label={words.currency} value={draft.currency} onChange={(currency) => onChange({ currency })} />
    </>
  );
}

interface CurrencyFieldProps {
  label: string;
  value: string;
  onChange: (currency: string) => void;
}
export const CurrencyField = ({ label, value, onChange }: CurrencyFieldProps): VNode => (
  <Field label={label}>
    <input
      size={4}
      maxLength={3}
      value={value}
      onInput={(event) => onChange(event.currentTarget.value.trim().toUpperCase())}
    />
  </Field>
);
