// How long readings are kept: per product, and per metric where it differs. Who may edit products sets it here.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Page } from '../../../contracts/http/page.ts';
import type { Metric, Product } from '../../../contracts/product.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Loaded } from '../../components/state-views.tsx';
import { useCommand } from '../../state/use-command.ts';
import { useResource } from '../../state/use-resource.ts';
import { FormMessage } from '../../components/form-message.tsx';

type Kept = Product & { revision: number };
const LIMIT = 500;
const MOST_DAYS = 36_500;

export function RetentionSection(): VNode {
  const { api } = useApp();
  const words = useWords().system;
  const products = useResource(
    'products to keep',
    (signal) => api.get<Page<Kept>>('/products', { limit: LIMIT }, signal),
    true,
  );
  return (
    <section class="section">
      <header class="section-head">
        <h2>{words.retention}</h2>
        <span class="muted">{words.retentionHint}</span>
      </header>
      <Loaded resource={products}>
        {({ items }) => (
          <ul>
            {items.map((product) => (
              <ProductKeep key={`${product.code} ${product.revision}`} product={product} onChanged={products.reload} />
            ))}
          </ul>
        )}
      </Loaded>
    </section>
  );
}

function ProductKeep({ product, onChanged }: { product: Kept; onChanged: () => void }): VNode {
  const { api, session } = useApp();
  const words = useWords().system;
  const format = useFormat();
  const [draft, setDraft] = useState<Product>(product);
  const [isOpen, setOpen] = useState(false);
  const command = useCommand();
  const mayEdit = session.can('registry:write');
  const setMetric = (code: string, days: number | null): void =>
    setDraft({ ...draft, metrics: draft.metrics.map((one) => (one.code === code ? withLimit(one, days) : one)) });
  const save = (): void =>
    command.run(async (key) => {
      const changes = { retainDays: draft.retainDays ?? null, metrics: draft.metrics };
      await api.patch(`/products/${product.code}`, changes, product.revision, key);
      onChanged();
    });
  const own = product.metrics.filter(({ retainDays }) => retainDays !== undefined).length;
  return (
    <li class="retention-line">
      <div class="line wrap">
        <strong>{format.text(product.name)}</strong>
        <span class="muted">
          {(product.retainDays ?? null) === null
            ? words.keptAsInstance
            : words.days(format.integer(product.retainDays ?? 0))}
          {own > 0 && ` · ${words.ownLimits(format.integer(own))}`}
        </span>
        <span class="grow" />
        {mayEdit && (
          <button type="button" class="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {isOpen ? words.close : words.change}
          </button>
        )}
      </div>
      {isOpen && (
        <div class="retention-form">
          <DaysField
            label={words.allMetrics}
            days={draft.retainDays ?? null}
            onChange={(days) => setDraft({ ...draft, retainDays: days })}
          />
          {draft.metrics.map((metric) => (
            <DaysField
              key={metric.code}
              label={format.text(metric.name)}
              days={metric.retainDays ?? null}
              onChange={(days) => setMetric(metric.code, days)}
            />
          ))}
          <button type="button" class="button primary" disabled={command.isBusy} onClick={save}>
            {words.save}
          </button>
        </div>
      )}
      <FormMessage text={command.problem} />
    </li>
  );
}

/** Without the limit when there is none: it is left out, not empty. */
function withLimit(metric: Metric, days: number | null): Metric {
  const changed = { ...metric };
  if (days === null) delete changed.retainDays;
  else changed.retainDays = days;
  return changed;
}

interface DaysProps {
  label: string;
  days: number | null;
  onChange: (days: number | null) => void;
}
function DaysField({ label, days, onChange }: DaysProps): VNode {
  const words = useWords().system;
  return (
    <label class="field">
      <span class="field-label">{label}</span>
      <input
        type="number"
        min={1}
        max={MOST_DAYS}
        placeholder={words.daysPlaceholder}
        value={days ?? ''}
        onInput={(event) => onChange(event.currentTarget.value === '' ? null : event.currentTarget.valueAsNumber)}
      />
    </label>
  );
}
