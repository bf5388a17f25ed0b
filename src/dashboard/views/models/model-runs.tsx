// Trainings: how far the run under way is, and how the last one ended.
import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import type { ModelRun } from '../../../contracts/http/models.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Loaded } from '../../components/state-views.tsx';
import { useCommand } from '../../state/use-command.ts';
import { useResource } from '../../state/use-resource.ts';
import { TrainForm } from './train-form.tsx';

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
        {session.can('models:write') ? (
          <TrainForm isBusy={isRunning} onStarted={runs.reload} />
        ) : (
          <p class="muted">{words.whoTrains}</p>
        )}
        <Loaded resource={runs}>
          {() => (newest === null ? <p class="muted">{words.noRun}</p> : <Run run={newest} onChanged={runs.reload} />)}
        </Loaded>
      </div>
    </section>
  );
}

function Run({ run, onChanged }: { run: ModelRun; onChanged: () => void }): VNode {
  const { api, session } = useApp();
  const words = useWords().models;
  const format = useFormat();
  const command = useCommand();
  const what = [words.kind[run.kind], run.product, run.component].filter((part) => part !== null).join(' · ');
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
