// One argument of a command as a form field of its type; the browser checks the bounds before the server does.
import type { VNode } from 'preact';
import type { CommandArgument } from '../../../contracts/command-catalogue.ts';
import { useFormat } from '../../app-context.ts';
import { Field, Select } from '../../components/field.tsx';
import { unitSymbol } from '../../format/units.ts';

/** What stands in the field; a number stays text until it is sent. */
export type FieldValue = string | boolean;

export const initialValue = ({ default: preset, ...argument }: CommandArgument): FieldValue => {
  if (argument.type === 'boolean') return preset === true;
  if (preset !== undefined) return String(preset);
  return argument.type === 'choice' ? (argument.choices[0]?.code ?? '') : '';
};

/** As the server takes it; `undefined`: left out. */
export function sentValue(argument: CommandArgument, value: FieldValue): unknown {
  if (value === '') return undefined;
  return argument.type === 'integer' || argument.type === 'number' ? Number(value) : value;
}

interface ArgumentFieldProps {
  argument: CommandArgument;
  value: FieldValue;
  onChange: (value: FieldValue) => void;
}

export function ArgumentField({ argument, value, onChange }: ArgumentFieldProps): VNode {
  const format = useFormat();
  const name = format.text(argument.name);
  switch (argument.type) {
    case 'integer':
    case 'number': {
      const { minimum, maximum, unit } = argument;
      const range = `${format.measure(minimum)}–${format.measure(maximum)} ${unitSymbol(unit)}`.trim();
      return (
        <Field label={name} hint={range}>
          <input
            type="number"
            inputMode="decimal"
            required={argument.required === true}
            min={minimum}
            max={maximum}
            step={argument.type === 'integer' ? 1 : 'any'}
            value={String(value)}
            onInput={(event) => onChange(event.currentTarget.value)}
          />
        </Field>
      );
    }
    case 'string':
      return (
        <Field label={name}>
          <input
            required={argument.required === true}
            maxLength={argument.maxLength}
            value={String(value)}
            onInput={(event) => onChange(event.currentTarget.value)}
          />
        </Field>
      );
    case 'boolean':
      return (
        <label class="check">
          <input type="checkbox" checked={value === true} onChange={(event) => onChange(event.currentTarget.checked)} />
          <span>{name}</span>
        </label>
      );
    case 'choice':
      return (
        <Field label={name}>
          <Select
            value={String(value)}
            options={argument.choices.map(({ code, name: choice }) => ({ value: code, text: format.text(choice) }))}
            onChange={onChange}
          />
        </Field>
      );
  }
}
