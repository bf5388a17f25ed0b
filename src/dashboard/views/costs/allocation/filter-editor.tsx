// Which receivers of a driver carry the pool: dimension by dimension the codes that are let through; none means all.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { ReceiverFilter, ReceiverValue } from '../../../../contracts/http/allocation.ts';
import type { Dimension } from '../../../../contracts/costs.ts';
import type { Page } from '../../../../contracts/http/page.ts';
import { useApp, useFormat, useWords } from '../../../app-context.ts';
import { Field, Select } from '../../../components/field.tsx';
import { Icon } from '../../../components/icon.tsx';
import { useResource } from '../../../state/use-resource.ts';
import { RECEIVER_DIMENSIONS } from '../dimension-choices.ts';

const VALUES_SHOWN = 500;

interface FilterProps {
  name: string;
  filter: ReceiverFilter;
  onChange: (filter: ReceiverFilter) => void;
}

export function FilterEditor({ name, filter, onChange }: FilterProps): VNode {
  const words = useWords();
  const say = words.allocation.rules;
  const [dimension, setDimension] = useState<Dimension>('region');
  const values = useValues(dimension);
  const format = useFormat();
  const chosen = filter[dimension] ?? [];
  const entries = Object.entries(filter) as [Dimension, string[]][];
  const put = (of: Dimension, codes: readonly string[]): void =>
    onChange(
      Object.fromEntries(
        [...entries.filter(([one]) => one !== of), [of, codes] as const].filter(([, left]) => left.length > 0),
      ) as ReceiverFilter,
    );
  return (
    <div class="segment-part">
      <span class="field-label">{say.receivers}</span>
      <div class="chips">
        {entries.length === 0 && <span class="muted">{say.allReceivers}</span>}
        {entries.flatMap(([of, codes]) =>
          codes.map((code) => (
            <span key={`${of} ${code}`} class="tag">
              {words.terms.dimension[of]}: {code}{' '}
              <button
                type="button"
                class="chip-remove"
                aria-label={`${say.remove} ${words.terms.dimension[of]} ${code}`}
                onClick={() =>
                  put(
                    of,
                    codes.filter((one) => one !== code),
                  )
                }
              >
                <Icon name="close" size={12} />
              </button>
            </span>
          )),
        )}
      </div>
      <div class="segment-fields">
        <Field label={`${say.only} · ${name}`}>
          <Select
            value={dimension}
            options={RECEIVER_DIMENSIONS.map((value) => ({ value, text: words.terms.dimension[value] }))}
            onChange={setDimension}
          />
        </Field>
        <Field label={words.terms.dimension[dimension]}>
          <Select
            value=""
            options={[
              { value: '', text: say.choose },
              ...values
                .filter(({ code }) => !chosen.includes(code))
                .map(({ code, name: text }) => ({ value: code, text: nameOf(code, format.text(text)) })),
            ]}
            onChange={(code) => code !== '' && put(dimension, [...chosen, code])}
          />
        </Field>
      </div>
    </div>
  );
}

const nameOf = (code: string, text: string): string => (text === code ? code : `${text} (${code})`);

function useValues(dimension: Dimension): readonly ReceiverValue[] {
  const { api } = useApp();
  const values = useResource(`receivers ${dimension}`, (signal) =>
    api.get<Page<ReceiverValue>>('/allocation/receivers', { dimension, limit: VALUES_SHOWN }, signal),
  );
  return values.value?.items ?? [];
}
