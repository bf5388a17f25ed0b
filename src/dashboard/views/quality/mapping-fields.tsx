// The fields of a payload mapping.
import type { VNode } from 'preact';
import { useWords } from '../../app-context.ts';
import { Field, Select } from '../../components/field.tsx';
import type { MappingText } from './mapping-text.ts';

interface MappingFieldsProps {
  text: MappingText;
  onChange: (text: MappingText) => void;
}

export function MappingFields({ text, onChange }: MappingFieldsProps): VNode {
  const words = useWords().quarantine;
  const set = (part: Partial<MappingText>): void => onChange({ ...text, ...part });
  const line = (
    name: 'timeField' | 'offsetMinutes' | 'valuesField' | 'drop' | 'numbers',
    label: string,
    hint?: string,
  ) => (
    <Field label={label} {...(hint === undefined ? {} : { hint })}>
      <input class="input" value={text[name]} onInput={(event) => set({ [name]: event.currentTarget.value })} />
    </Field>
  );
  const lines = (name: 'rename' | 'scale', label: string, hint: string) => (
    <Field label={label} hint={hint}>
      <textarea
        class="input mono"
        rows={3}
        value={text[name]}
        onInput={(event) => set({ [name]: event.currentTarget.value })}
      />
    </Field>
  );
  return (
    <div class="mapping-fields">
      <Field label={words.timeUnit}>
        <Select
          value={text.timeUnit}
          options={(['', 's', 'us', 'iso'] as const).map((value) => ({ value, text: words.unit[value] }))}
          onChange={(timeUnit) => set({ timeUnit })}
        />
      </Field>
      {line('timeField', words.timeField)}
      {line('offsetMinutes', words.offset)}
      {line('valuesField', words.valuesField, words.valuesFieldHint)}
      {lines('rename', words.rename, words.renameHint)}
      {lines('scale', words.scale, words.scaleHint)}
      {line('numbers', words.numbers, words.numbersHint)}
      {line('drop', words.drop, words.dropHint)}
      <label class="check">
        <input
          type="checkbox"
          checked={text.dropNulls}
          onChange={(event) => set({ dropNulls: event.currentTarget.checked })}
        />{' '}
        {words.dropNulls}
      </label>
    </div>
  );
}
