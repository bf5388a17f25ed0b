// What after-sales service costs: this period against the one before, month by month, and over any two dimensions.
import type { VNode } from 'preact';
import { useApp, useWords } from '../../app-context.ts';
import { Empty, Loaded, Skeleton } from '../../components/state-views.tsx';
import type { Comparison } from '../../../contracts/http/cost-comparison.ts';
import { rangeBefore, rangeText } from '../../state/periods.ts';
import { costFilterOf } from '../../state/scope-filter.ts';
import { useResource } from '../../state/use-resource.ts';
import { useScope } from '../../state/use-scope.ts';
import { CostFigures } from './cost-figures.tsx';
import { CostMonths } from './cost-months.tsx';
import { CostsHead } from './costs-head.tsx';
import { Explainable } from './explain/explainable.tsx';
import { PivotSection } from './pivot-section.tsx';
import { useCostsVersion } from './use-cost-query.ts';

export function OverviewTab(): VNode {
  const { api } = useApp();
  const words = useWords().costs;
  const { filter } = useScope();
  const version = useCostsVersion();
  const asked = {
    by: 'element',
    period: rangeText(filter.range),
    against: rangeText(rangeBefore(filter.range)),
    filter: costFilterOf(filter),
  };
  const comparison = useResource(
    `compare ${JSON.stringify(asked)} ${version}`,
    (signal) => api.get<Comparison>('/costs/compare', asked, signal),
    true,
  );
  return (
    <Explainable>
      <CostsHead currency={comparison.value?.after.currency}>
        {comparison.value?.after.provisional === true && (
          <span class="tag is-warm" title={words.provisionalHint}>
            {words.provisional}
          </span>
        )}
      </CostsHead>
      <Loaded
        resource={comparison}
        skeleton={
          <div class="section">
            <Skeleton rows={5} />
          </div>
        }
      >
        {({ before, after }) =>
          after.rows.length === 0 ? (
            <div class="section">
              <Empty icon="costs" title={words.empty} hint={words.emptyHint} />
            </div>
          ) : (
            <CostFigures before={before} after={after} />
          )
        }
      </Loaded>
      <CostMonths />
      {comparison.value?.after.rows.length !== 0 && <PivotSection />}
    </Explainable>
  );
}
