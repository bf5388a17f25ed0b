// The models screen: what judges the fleet, what it proposes, what became of what it said; one model beside the list.
import { useRoute } from 'preact-iso';
import type { VNode } from 'preact';
import type { Model } from '../../../contracts/http/models.ts';
import type { Page } from '../../../contracts/http/page.ts';
import { useApp, useWords } from '../../app-context.ts';
import { Loaded } from '../../components/state-views.tsx';
import { useResource } from '../../state/use-resource.ts';
import { JobCaps } from './job-caps.tsx';
import { ModelDetailPane } from './model-detail-pane.tsx';
import { ModelList } from './model-list.tsx';
import { ModelRuns } from './model-runs.tsx';
import { ProposalsSection } from './proposals-section.tsx';
import { ScorecardSection } from './scorecard-section.tsx';
import { SurvivalSection } from './survival-section.tsx';
import { usePredictionsVersion } from './use-predictions-version.ts';

export function ModelsView(): VNode {
  const { api } = useApp();
  const words = useWords().models;
  const { params } = useRoute();
  const chosen = /^\d+$/.test(params['id'] ?? '') ? Number(params['id']) : null;
  const version = usePredictionsVersion();
  const models = useResource('models', (signal) => api.get<Page<Model>>('/models', { limit: 500 }, signal), true);
  return (
    <div class="view">
      <div class="view-head">
        <h1>{words.title}</h1>
        <span class="muted">{words.hint}</span>
      </div>
      <ScorecardSection version={version} models={models.value?.items ?? []} />
      <ProposalsSection version={version} />
      <ModelRuns onDone={models.reload} />
      <div class={chosen === null ? '' : 'models-split'}>
        <section class="section">
          <header class="section-head">
            <h2>{words.versions}</h2>
          </header>
          <Loaded resource={models}>{({ items }) => <ModelList models={items} chosen={chosen} />}</Loaded>
        </section>
        {chosen !== null && <ModelDetailPane key={chosen} id={chosen} onChanged={models.reload} />}
      </div>
      <SurvivalSection />
      <JobCaps version={version} />
    </div>
  );
}
