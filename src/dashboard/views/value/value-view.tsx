// What prevention is worth: preventive against reactive, month by month, and what was avoided, with the n behind it.
import type { VNode } from 'preact';
import { type MaintenanceValue, VALUE_COSTS } from '../../../contracts/http/maintenance-value.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Segmented } from '../../components/segmented.tsx';
import { Empty, Loaded, Skeleton } from '../../components/state-views.tsx';
import { rangeText } from '../../state/periods.ts';
import { costFilterOf } from '../../state/scope-filter.ts';
import { useResource } from '../../state/use-resource.ts';
import { useScope } from '../../state/use-scope.ts';
import { Explainable } from '../costs/explain/explainable.tsx';
import { useCostsVersion } from '../costs/use-cost-query.ts';
import { SpentAndAvoided } from './spent-and-avoided.tsx';
import { ValueGroups, valueDimensionOf } from './value-groups.tsx';
import { ValueFigures } from './value-figures.tsx';
import { ValueMonths } from './value-months.tsx';

export function ValueView(): VNode {
  const { api } = useApp();
  const words = useWords().value;
  const format = useFormat();
  const { filter, query: asked, setQuery } = useScope();
  const version = useCostsVersion();
  const cost = VALUE_COSTS.find((one) => one === asked['cost']) ?? 'full';
  const query = {
    period: rangeText(filter.range),
    filter: costFilterOf(filter),
    by: valueDimensionOf(asked['by']),
    cost,
  };
  const value = useResource(
    `value ${JSON.stringify(query)} ${version}`,
    (signal) => api.get<MaintenanceValue>('/maintenance/value', query, signal),
    true,
  );
  const { from, to } = filter.range;
  return (
    <Explainable>
      <div class="view-head wrap">
        <h1>{words.title}</h1>
        <span class="muted">
          {format.period(from)}
          {from !== to && ` – ${format.period(to)}`}
          {value.value !== null && ` · ${value.value.currency}`}
        </span>
        <span class="grow" />
        <Segmented
          label={words.costs.label}
          value={cost}
          options={VALUE_COSTS.map((one) => ({ value: one, text: words.costs[one] }))}
          onChange={(next) => setQuery({ cost: next === 'full' ? null : next })}
        />
      </div>
      <Loaded
        resource={value}
        skeleton={
          <div class="section">
            <Skeleton rows={14} />
          </div>
        }
      >
        {(found) =>
          found.preventive.jobs + found.reactive.jobs === 0 ? (
            <div class="section">
              <Empty icon="value" title={words.empty} hint={words.emptyHint} />
            </div>
          ) : (
            <>
              <ValueFigures value={found} />
              <div class="value-columns">
                <ValueMonths value={found} />
                <SpentAndAvoided value={found} />
              </div>
              <ValueGroups value={found} />
            </>
          )
        }
      </Loaded>
    </Explainable>
  );
}
