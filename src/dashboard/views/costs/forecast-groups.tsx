// The forecast of every group of a dimension: last year, the months to come with their band, the model and what it is worth. A row
// is shown in the picture above.
import type { VNode } from 'preact';
import type { Dimension } from '../../../contracts/costs.ts';
import type { Forecast, ForecastSeries } from '../../../contracts/http/forecast.ts';
import { minorOf, moneyOf } from '../../../contracts/money.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { Select } from '../../components/field.tsx';
import { Loaded, Skeleton } from '../../components/state-views.tsx';
import { NOTHING } from '../../format/format.ts';
import type { Resource } from '../../state/use-resource.ts';
import { useScope } from '../../state/use-scope.ts';
import { FORECAST_DIMENSIONS } from './dimension-choices.ts';
import { partFilter, usePartName } from './part-name.ts';

const YEAR = 12;

export function ForecastGroups({ by, forecast }: { by: Dimension; forecast: Resource<Forecast> }): VNode {
  const words = useWords();
  const format = useFormat();
  const { setQuery } = useScope();
  return (
    <section class="section">
      <header class="section-head pivot-head">
        <h2>{words.forecast.groups}</h2>
        <Select
          label={words.forecast.groups}
          value={by}
          options={FORECAST_DIMENSIONS.map((value) => ({ value, text: words.terms.dimension[value] }))}
          onChange={(value) => setQuery({ groups: value, part: null })}
        />
        <span class="muted">{words.forecast.notSum}</span>
      </header>
      <Loaded resource={forecast} skeleton={<Skeleton rows={6} />}>
        {(value) => (
          <>
            <GroupTable forecast={value} by={by} />
            {value.leftOut > 0 && (
              <p class="muted section-body">{words.forecast.leftOut(format.integer(value.leftOut))}</p>
            )}
          </>
        )}
      </Loaded>
    </section>
  );
}

function GroupTable({ forecast, by }: { forecast: Forecast; by: Dimension }): VNode {
  const words = useWords();
  const { forecast: own } = words;
  const format = useFormat();
  return (
    <div class="scroll-x" tabIndex={0} role="region" aria-label={own.groups}>
      <table class="forecast-groups">
        <thead>
          <tr>
            <th scope="col">{words.terms.dimension[by]}</th>
            <th scope="col" class="number">
              {own.lastYear}
            </th>
            <th scope="col" class="number">
              {own.posted}
            </th>
            <th scope="col" class="number">
              {own.total(format.integer(forecast.horizon))}
            </th>
            <th scope="col" class="number">
              {own.band}
            </th>
            <th scope="col">{own.model}</th>
          </tr>
        </thead>
        <tbody>
          {forecast.groups.map((group) => (
            <GroupRow key={JSON.stringify(group.keys)} group={group} {...forecast} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

type GroupRowProps = { group: ForecastSeries } & Pick<Forecast, 'currency' | 'leastMonths'>;

function GroupRow({ group, currency, leastMonths }: GroupRowProps): VNode {
  const words = useWords().forecast;
  const format = useFormat();
  const { query, setQuery } = useScope();
  const name = usePartName()(group.keys, group.labels);
  const part = partFilter(group.keys);
  const { forecast } = group;
  const lastYear = group.history.slice(-YEAR).reduce((sum, { amount }) => sum + (minorOf(amount) ?? 0n), 0n);
  const score = forecast?.scores.find(({ model }) => model === forecast.model)?.mase ?? null;
  return (
    <tr class={part !== null && part === query['part'] ? 'is-selected' : ''}>
      <th scope="row">
        {part === null ? (
          name
        ) : (
          <button type="button" class="link" onClick={() => setQuery({ part })}>
            {name}
          </button>
        )}
      </th>
      <td class="number">{format.money(moneyOf(lastYear, currency))}</td>
      <td class="number">{format.money(group.posted)}</td>
      {forecast === null ? (
        <td colSpan={3} class="muted">
          {words.tooLittle(format.integer(group.history.length), format.integer(leastMonths))}
        </td>
      ) : (
        <>
          <td class="number">{format.money(forecast.total.expected)}</td>
          <td class="number">
            {format.money(forecast.total.low)} – {format.money(forecast.total.high)}
          </td>
          <td>
            {words.models[forecast.model]}
            <span class="muted"> {score === null ? NOTHING : score.toFixed(2)}</span>
          </td>
        </>
      )}
    </tr>
  );
}
