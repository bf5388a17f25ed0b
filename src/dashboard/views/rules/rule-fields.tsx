// What a rule is called, which devices it is for, how bad it is and how often it may speak.
import type { VNode } from 'preact';
import type { Product } from '../../../contracts/product.ts';
import { SEVERITIES } from '../../../contracts/work-order-states.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Field, Select } from '../../components/field.tsx';
import { NumberInput } from './number-input.tsx';
import { newDraft, type RuleDraft } from './rule-draft.ts';

interface RuleFieldsProps {
  draft: RuleDraft;
  product: Product;
  products: readonly Product[];
  /** Product and what it overrides stay as they are. */
  isFixed: boolean;
  set: (part: Partial<RuleDraft>) => void;
  setDraft: (draft: RuleDraft) => void;
}

export function RuleFields({ draft, product, products, isFixed, set, setDraft }: RuleFieldsProps): VNode {
  const { devices } = useApp();
  const words = useWords();
  const format = useFormat();
  const say = words.rules.form;
  const own = [...devices.byId.value.values()].filter((device) => device.product.code === product.code);
  const chooseProduct = (code: string): void => {
    const next = products.find((one) => one.code === code);
    if (next !== undefined) setDraft({ ...newDraft(next), nameEn: draft.nameEn, nameZh: draft.nameZh, why: draft.why });
  };
  const isDeviceOpen = !isFixed || (draft.overrides !== null && draft.device === '') || draft.overrides !== null;
  return (
    <div class="rule-fields">
      {!isFixed && (
        <Field label={say.product}>
          <Select
            value={draft.product}
            options={products.map(({ code, name }) => ({ value: code, text: format.text(name) }))}
            onChange={chooseProduct}
          />
        </Field>
      )}
      {isDeviceOpen && (
        <Field label={say.device}>
          <Select
            value={draft.device}
            options={[
              { value: '', text: draft.overrides === null ? say.everyDevice : '–' },
              ...own.map(({ id }) => ({ value: id, text: id })).sort((a, b) => (a.value < b.value ? -1 : 1)),
            ]}
            onChange={(device) => set({ device })}
          />
        </Field>
      )}
      <Field label={say.nameEn}>
        <input
          class="input"
          value={draft.nameEn}
          maxLength={200}
          onInput={(e) => set({ nameEn: e.currentTarget.value })}
        />
      </Field>
      <Field label={say.nameZh}>
        <input
          class="input"
          value={draft.nameZh}
          maxLength={200}
          onInput={(e) => set({ nameZh: e.currentTarget.value })}
        />
      </Field>
      <Field label={say.component}>
        <Select
          value={draft.component}
          options={[
            { value: '', text: words.rules.facts.noComponent },
            ...product.components.map(({ code, name }) => ({ value: code, text: format.text(name) })),
          ]}
          onChange={(component) => set({ component })}
        />
      </Field>
      <Field label={say.severity}>
        <Select
          value={draft.severity}
          options={SEVERITIES.map((value) => ({ value, text: words.terms.severity[value] }))}
          onChange={(severity) => set({ severity })}
        />
      </Field>
      <NumberInput label={say.pause} value={draft.pause} onChange={(pause = 0) => set({ pause: Math.round(pause) })} />
      {draft.overrides !== null && (
        <label class="check">
          <input type="checkbox" checked={draft.off} onChange={(event) => set({ off: event.currentTarget.checked })} />
          <span>{say.off}</span>
        </label>
      )}
    </div>
  );
}
