// Forecast and budget: what cost was and will be within its band, how far the budget is used up and when it will be passed, and the
// same for every group of a dimension with the model that was chosen for it.
import type { VNode } from 'preact';
import { type Dimension, DIMENSIONS } from '../../../contracts/costs.ts';
import type { BudgetConsumption } from '../../../contracts/http/budgets.ts';
import type { Forecast } from '../../../contracts/http/forecast.ts';
import { useApp, useWords } from '../../app-context.ts';
import { Empty, Loaded, Skeleton } from '../../components/state-views.tsx';
import { costFilterOf } from '../../state/scope-filter.ts';
import { type Resource, useResource } from '../../state/use-resource.ts';
import { useScope } from '../../state/use-scope.ts';
import { BudgetSection } from './budget-section.tsx';
import { CostsHead } from './costs-head.tsx';
import { Explainable } from './explain/explainable.tsx';
import { ForecastChart } from './forecast-chart.tsx';
import { ForecastGroups } from './forecast-groups.tsx';
import { partFilter, usePartName } from './part-name.ts';
import { useCostsVersion } from './use-cost-query.ts';

const HORIZON = 12;

function useForecast(by: string, filter: string | null): Resource<Forecast> {
  const { api } = useApp();
  const query = { by, filter, horizon: HORIZON };
  return useResource(
    `forecast ${JSON.stringify(query)} ${useCostsVersion()}`,
    (signal) => api.get<Forecast>('/costs/forecast', query, signal),
    true,
  );
}

/** The carried filter and the part that was chosen on this screen; what was chosen wins. */
function filterWith(carried: string | null, part: string | undefined): string | null {
  const pairs = new Map<string, string>();
  for (const pair of `${carried ?? ''},${part ?? ''}`.split(',')) {
    const colon = pair.indexOf(':');
    if (colon > 0) pairs.set(pair.slice(0, colon), pair.slice(colon + 1));
  }
  return pairs.size === 0 ? null : [...pairs].map(([dimension, code]) => `${dimension}:${code}`).join(',');
}

export function ForecastTab(): VNode {
  const { api } = useApp();
  const words = useWords().forecast;
  const { filter, query } = useScope();
  const by: Dimension = DIMENSIONS.find((one) => one === query['groups'] && one !== 'period') ?? 'product-line';
  const carried = costFilterOf(filter);
  const shown = useForecast('', filterWith(carried, query['part']));
  const groups = useForecast(by, carried);
  const version = useCostsVersion();
  const consumption = useResource(
    `budget ${version}`,
    (signal) => api.get<BudgetConsumption>('/budgets/consumption', {}, signal),
    true,
  );
  const nameOf = usePartName();
  const part = query['part'] ?? '';
  const named = [
    ...(consumption.value?.rows.map((use) => ({ keys: use.part, labels: use.labels })) ?? []),
    ...(groups.value?.groups ?? []),
  ].find(({ keys }) => partFilter(keys) === part);
  const name = part === '' ? words.all : named ? nameOf(named.keys, named.labels) : part;
  return (
    <Explainable>
      <CostsHead currency={shown.value?.currency} />
      <Loaded resource={shown} skeleton={<Skeleton rows={8} />}>
        {(value) =>
          value.total.history.length === 0 ? (
            <div class="section">
              <Empty icon="costs" title={words.empty} hint={words.emptyHint} />
            </div>
          ) : (
            <ForecastChart forecast={value} uses={consumption.value?.rows ?? []} name={name} />
          )
        }
      </Loaded>
      <BudgetSection consumption={consumption} />
      <ForecastGroups by={by} forecast={groups} />
    </Explainable>
  );
}
