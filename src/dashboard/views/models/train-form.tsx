// Which model to train: what it is to say, of which product, and of which component where it speaks of one; with how many failures
// there are to learn from.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Learnable } from '../../../contracts/http/models.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Select } from '../../components/field.tsx';
import { Loaded } from '../../components/state-views.tsx';
import { useCommand } from '../../state/use-command.ts';
import { useResource } from '../../state/use-resource.ts';
import { FormMessage } from '../../components/form-message.tsx';

type Learned = keyof Learnable['needed'];
const KINDS: readonly Learned[] = ['horizon', 'remaining-life'];

export function TrainForm(props: { isBusy: boolean; onStarted: () => void }): VNode {
  const { api } = useApp();
  const words = useWords().models;
  const products = useResource('products to learn', (signal) => api.get<Learnable[]>('/models/learnable', {}, signal));
  return (
    <Loaded resource={products} skeleton={null}>
      {(known) =>
        known[0] === undefined ? (
          <p class="muted">{words.nothingToLearn}</p>
        ) : (
          <Choice products={known} first={known[0]} {...props} />
        )
      }
    </Loaded>
  );
}

interface ChoiceProps {
  products: readonly Learnable[];
  first: Learnable;
  isBusy: boolean;
  onStarted: () => void;
}

function Choice({ products, first, isBusy, onStarted }: ChoiceProps): VNode {
  const { api } = useApp();
  const words = useWords().models;
  const format = useFormat();
  const [product, setProduct] = useState(first.product);
  const [component, setComponent] = useState('');
  const [kind, setKind] = useState<Learned>('horizon');
  const command = useCommand();
  const chosen = products.find((one) => one.product === product) ?? first;
  // Those that failed most come first; a model within the horizon learns every component with enough failures.
  const part =
    (kind === 'horizon' ? undefined : chosen.components.find((one) => one.component === component)) ??
    chosen.components[0];
  const needed = chosen.needed[kind];
  const missing = needed - (part?.failures ?? 0);
  const start = (): void =>
    command.run(async (key) => {
      const of = kind === 'remaining-life' && part !== undefined ? { component: part.component } : {};
      await api.post('/models/train', { kind, product: chosen.product, ...of }, key);
      onStarted();
    });
  return (
    <>
      <div class="line wrap">
        <Select
          label={words.kindLabel}
          value={kind}
          options={KINDS.map((value) => ({ value, text: words.kind[value] }))}
          onChange={setKind}
        />
        <Select
          label={words.product}
          value={chosen.product}
          options={products.map((one) => ({ value: one.product, text: format.text(one.name) }))}
          onChange={setProduct}
        />
        {kind === 'remaining-life' && part !== undefined && (
          <Select
            label={words.component}
            value={part.component}
            options={chosen.components.map((one) => ({
              value: one.component,
              text: `${format.text(one.name)} · ${format.integer(one.failures)}`,
            }))}
            onChange={setComponent}
          />
        )}
        <button type="button" class="button primary" disabled={isBusy || command.isBusy || missing > 0} onClick={start}>
          {words.train}
        </button>
        <span class="muted">
          {part !== undefined &&
            words.failuresKnown(`${format.text(part.name)}: ${format.integer(part.failures)}`, format.integer(needed))}
          {missing > 0 && ` ${words.failuresMissing}`}
        </span>
      </div>
      <FormMessage text={command.problem} />
    </>
  );
}
