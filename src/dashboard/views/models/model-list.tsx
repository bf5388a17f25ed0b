// Versions of models as rows: those in force first, with their figures and what is wrong with them.
import type { VNode } from 'preact';
import type { Model } from '../../../contracts/http/models.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { Empty } from '../../components/state-views.tsx';
import { NOTHING } from '../../format/format.ts';
import { useScope } from '../../state/use-scope.ts';
import { ModelStateTag } from './model-state-tag.tsx';

const ORDER: Readonly<Record<Model['state'], number>> = { active: 0, shadow: 1, draft: 2, retired: 3 };

export function ModelList({ models, chosen }: { models: readonly Model[]; chosen: number | null }): VNode {
  const words = useWords().models;
  const { href } = useScope();
  const format = useFormat();
  if (models.length === 0) return <Empty icon="models" title={words.none} />;
  const inOrder = models.toSorted((a, b) => ORDER[a.state] - ORDER[b.state] || b.id - a.id);
  return (
    <ul class="model-list">
      {inOrder.map((model) => (
        <li key={model.id} class={model.id === chosen ? 'is-chosen' : ''}>
          <a href={href(`/models/${model.id}`)} aria-current={model.id === chosen ? 'true' : undefined}>
            <span class="line wrap">
              <strong>{words.kind[model.kind]}</strong>
              <span>
                {[model.product ?? words.everyProduct, model.component].filter((part) => part !== null).join(' · ')}
              </span>
              <span class="muted">{words.version(String(model.version))}</span>
            </span>
            <span class="line wrap">
              <ModelStateTag model={model} />
              {model.refused !== null && <span class="tag is-bad">{words.change['refused']}</span>}
              {model.drift?.proposal != null && <span class="tag is-warm">{words.change['drifted']}</span>}
            </span>
            <span class="model-figures muted">
              {model.figures !== null && <ShortFigures figures={model.figures} />}
            </span>
            <span class="muted nowrap">{format.date(model.createdAt)}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}

/** The two figures that say most of its kind. */
function ShortFigures({ figures }: { figures: NonNullable<Model['figures']> }): VNode {
  const words = useWords().models;
  const format = useFormat();
  const share = (value: number | null): string => (value === null ? NOTHING : format.percent(value));
  const told =
    figures.errorHours === null
      ? [`AUC ${share(figures.auc)}`, `${words.brierSkill} ${share(figures.brierSkill)}`]
      : [`${words.errorHours} ${format.hours(figures.errorHours)}`, `${words.coverage} ${share(figures.coverage)}`];
  return <>{[...told, `n ${format.integer(figures.rows)}`].join(' · ')}</>;
}
