// One model: what it was trained on, how good it is, whether it has drifted, its history, and what can be done with it.
import type { VNode } from 'preact';
import type { Model, ModelDetail } from '../../../contracts/http/models.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Icon } from '../../components/icon.tsx';
import { Loaded } from '../../components/state-views.tsx';
import { NOTHING } from '../../format/format.ts';
import { useResource } from '../../state/use-resource.ts';
import { useScope } from '../../state/use-scope.ts';
import { ReplaySection } from '../rules/replay-section.tsx';
import { ModelActions } from './model-actions.tsx';
import { ModelDrift } from './model-drift.tsx';
import { ModelPlots } from './model-plots.tsx';
import { ModelStateTag } from './model-state-tag.tsx';
import { ReliabilityDiagram } from './reliability-diagram.tsx';

export function ModelDetailPane({ id, onChanged }: { id: number; onChanged: () => void }): VNode {
  const { api } = useApp();
  const words = useWords().models;
  const { href } = useScope();
  const detail = useResource(`model ${id}`, (signal) => api.get<ModelDetail>(`/models/${id}`, {}, signal), true);
  const changed = (): void => {
    detail.reload();
    onChanged();
  };
  return (
    <section class="section">
      <Loaded resource={detail}>
        {({ model, history }) => (
          <>
            <header class="section-head">
              <h2>{words.kind[model.kind]}</h2>
              <span>{model.product ?? words.everyProduct}</span>
              <span class="muted">{words.version(String(model.version))}</span>
              <ModelStateTag model={model} />
              <span class="grow" />
              <a class="button quiet" href={href('/models')} aria-label={words.close}>
                <Icon name="close" />
              </a>
            </header>
            <div class="section-body model-detail">
              {model.refused !== null && <p class="form-message">{words.refused(model.refused)}</p>}
              <ModelActions model={model} onChanged={changed} />
              <Facts model={model} />
              {model.figures !== null && <Figures figures={model.figures} />}
              {model.kind !== 'sign-drift' && <ModelPlots model={model.id} />}
              <ModelDrift drift={model.drift} />
              <History history={history} />
            </div>
            <TriedOnHistory model={model} />
          </>
        )}
      </Loaded>
    </section>
  );
}

/** A version that cannot be loaded cannot be tried either. */
function TriedOnHistory({ model }: { model: Model }): VNode | null {
  const { session } = useApp();
  if (!session.can('rules:read') || model.refused !== null) return null;
  return <ReplaySection tried={{ model: model.id }} />;
}

function Facts({ model }: { model: Model }): VNode {
  const words = useWords().models;
  const format = useFormat();
  const { trainedOn } = model;
  return (
    <dl class="facts">
      <dt>{words.trainedOn}</dt>
      <dd>
        {trainedOn === null
          ? words.comesWithProgram
          : words.trainedOnText(
              format.integer(trainedOn.devices),
              format.integer(trainedOn.rows),
              format.integer(trainedOn.failures),
            )}
        {trainedOn?.from != null && trainedOn.to !== null && (
          <span class="muted">
            {' '}
            {format.date(trainedOn.from)} – {format.date(trainedOn.to)}
          </span>
        )}
      </dd>
      <dt>{words.author}</dt>
      <dd>
        {model.author} <span class="muted">{format.dateTime(model.createdAt)}</span>
      </dd>
      <dt>{words.approver}</dt>
      <dd>{model.approver ?? NOTHING}</dd>
      <dt>{words.hash}</dt>
      <dd>
        <code class="mono" title={model.contentHash}>
          {model.contentHash.slice(0, 16)}…
        </code>
      </dd>
    </dl>
  );
}

function Figures({ figures }: { figures: NonNullable<Model['figures']> }): VNode {
  const words = useWords().models;
  const format = useFormat();
  const shares: [string, number | null, string?][] = [
    [words.auc, figures.auc, words.aucHint],
    [words.averagePrecision, figures.averagePrecision],
    [words.brierSkill, figures.brierSkill, words.brierSkillHint],
    [words.precision, figures.precision],
    [words.recall, figures.recall],
    [words.coverage, figures.coverage, words.coverageHint],
  ];
  return (
    <>
      <h3>
        {words.figures} <span class="muted">n {format.integer(figures.rows)}</span>
      </h3>
      <div class="figures">
        {figures.errorHours !== null && (
          <div>
            <p class="figure-name">{words.errorHours}</p>
            <p class="figure-value">{format.hours(figures.errorHours)}</p>
          </div>
        )}
        {shares
          .filter(([, value]) => value !== null)
          .map(([name, value, hint]) => (
            <div key={name} title={hint}>
              <p class="figure-name">{name}</p>
              <p class="figure-value">{format.percent1(value as number)}</p>
            </div>
          ))}
      </div>
      {figures.reliability.length > 0 && (
        <>
          <h3 title={words.reliabilityHint}>{words.reliability}</h3>
          <ReliabilityDiagram bins={figures.reliability} />
        </>
      )}
    </>
  );
}

function History({ history }: { history: ModelDetail['history'] }): VNode {
  const words = useWords().models;
  const format = useFormat();
  return (
    <>
      <h3>{words.history}</h3>
      <ul class="model-history">
        {history.map((entry) => (
          <li key={`${entry.at} ${entry.change}`}>
            <span class="muted nowrap">{format.dateTime(entry.at)}</span>
            <span>
              <strong>{words.change[entry.change] ?? entry.change}</strong>
              {entry.mode !== null && ` · ${words.mode[entry.mode]}`} · {entry.actor}
              {entry.note !== null && <span class="muted"> {entry.note}</span>}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
