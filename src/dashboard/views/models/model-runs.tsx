// Training: which product to learn from, how far the run under way is, and how the last one ended.
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ModelRun } from '../../../contracts/http/models.ts';
import type { Page } from '../../../contracts/http/page.ts';
import type { Product } from '../../../contracts/product.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Select } from '../../components/field.tsx';
import { Loaded } from '../../components/state-views.tsx';
import { useCommand } from '../../state/use-command.ts';
import { useResource } from '../../state/use-resource.ts';

const LOOK_AGAIN_MS = 700;

export function ModelRuns({ onDone }: { onDone: () => void }): VNode {
  const { api, session } = useApp();
  const words = useWords().models;
  const runs = useResource('model runs', (signal) => api.get<ModelRun[]>('/models/runs', {}, signal), true);
  const newest = runs.value?.[0] ?? null;
  const isRunning = newest?.state === 'running';
  // While one runs its progress is looked for; its end brings the list up to date.
  useEffect(() => {
    if (!isRunning) {
      if (newest?.state === 'done') onDone();
      return;
    }
    const timer = setTimeout(runs.reload, LOOK_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [runs.value]);
  return (
    <section class="section">
      <header class="section-head">
        <h2>{words.trainTitle}</h2>
        <span class="muted">{words.trainHint}</span>
      </header>
      <div class="section-body model-runs">
        {session.can('models:write') && <TrainForm isBusy={isRunning} onStarted={runs.reload} />}
        <Loaded resource={runs}>{() => (newest === null ? null : <Run run={newest} onChanged={runs.reload} />)}</Loaded>
      </div>
    </section>
  );
}

function TrainForm({ isBusy, onStarted }: { isBusy: boolean; onStarted: () => void }): VNode | null {
  const { api } = useApp();
  const words = useWords().models;
  const format = useFormat();
  const [product, setProduct] = useState('');
  const command = useCommand();
  const products = useResource('products to learn', (signal) =>
    api.get<Page<Product>>('/products', { limit: 500 }, signal),
  );
  const items = products.value?.items ?? [];
  if (items.length === 0) return null;
  const chosen = product === '' ? (items[0] as Product).code : product;
  const start = (): void =>
    command.run(async (key) => {
      await api.post('/models/train', { kind: 'horizon', product: chosen }, key);
      onStarted();
    });
  return (
    <>
      <div class="line wrap">
        <Select
          label={words.product}
          value={chosen}
          options={items.map(({ code, name }) => ({ value: code, text: format.text(name) }))}
          onChange={setProduct}
        />
        <button type="button" class="button primary" disabled={isBusy || command.isBusy} onClick={start}>
          {words.train}
        </button>
      </div>
      {command.problem !== null && (
        <p class="form-message" role="alert">
          {command.problem}
        </p>
      )}
    </>
  );
}

function Run({ run, onChanged }: { run: ModelRun; onChanged: () => void }): VNode {
  const { api, session } = useApp();
  const words = useWords().models;
  const format = useFormat();
  const command = useCommand();
  const what = [words.kind[run.kind], run.product].filter((part) => part !== null).join(' · ');
  if (run.state !== 'running') {
    return (
      <p class="line wrap">
        <span class="muted">
          {words.lastRun}: {what} · {format.dateTime(run.askedAt)}
        </span>
        <span class={run.state === 'done' ? 'tag is-good' : run.state === 'cancelled' ? 'tag' : 'tag is-warm'}>
          {words.run[run.state]}
        </span>
        {run.detail !== null && <span>{format.text(run.detail)}</span>}
      </p>
    );
  }
  const stages: Readonly<Record<string, string>> = words.stage;
  return (
    <div class="model-progress" role="status">
      <span>
        {run.task === 'train' ? words.training(what) : words.evaluating(what)} · {stages[run.stage] ?? run.stage}
      </span>
      <progress max={1} value={run.share} aria-label={what} />
      <span class="number">{format.percent(run.share)}</span>
      {session.can('models:write') && (
        <button
          type="button"
          class="button"
          disabled={command.isBusy}
          onClick={() =>
            command.run(async (key) => {
              await api.post(`/models/runs/${run.id}/cancel`, {}, key);
              onChanged();
            })
          }
        >
          {words.cancel}
        </button>
      )}
    </div>
  );
}
