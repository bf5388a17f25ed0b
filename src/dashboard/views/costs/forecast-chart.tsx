// One series of cost: history, forecast with its band, and the budget of the same part; as a picture and as a table, with what the
// model is worth.
import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { BudgetUse } from '../../../contracts/http/budgets.ts';
import type { Forecast } from '../../../contracts/http/forecast.ts';
import { FanChart, type FanMonth } from '../../charts/fan-chart.tsx';
import { useFormat, useWords } from '../../app-context.ts';
import { Segmented } from '../../components/segmented.tsx';
import { NOTHING } from '../../format/format.ts';
import { useScope } from '../../state/use-scope.ts';
import { DriverLines } from './driver-lines.tsx';
import { pairsOf } from './explain/explain-cell.ts';
import { OpenAmount } from './explain/open-amount.tsx';
import { ModelLine } from './model-line.tsx';
import { partFilter } from './part-name.ts';

const HEIGHT = 280;
/** More whole months than this make the line unreadable; the table has them all. */
const DRAWN_MONTHS = 36;

function monthsOf({ total }: Forecast, budget: BudgetUse | undefined): FanMonth[] {
  const budgets = new Map(budget?.months.map((month) => [month.period, month.budget]));
  const empty = { was: null, low: null, expected: null, high: null };
  const months = [
    ...total.history.map(({ period, amount }): FanMonth => ({ ...empty, period, was: amount, budget: null })),
    ...(total.forecast?.months ?? []).map((month): FanMonth => ({ ...empty, ...month, budget: null })),
  ];
  return months.map((month) => ({ ...month, budget: budgets.get(month.period) ?? null }));
}

interface ForecastChartProps {
  forecast: Forecast;
  uses: readonly BudgetUse[];
  /** Of the part that is shown. */
  name: string;
}

export function ForecastChart({ forecast, uses, name }: ForecastChartProps): VNode {
  const words = useWords().forecast;
  const format = useFormat();
  const { query, setQuery } = useScope();
  const [isTable, setTable] = useState(false);
  const part = query['part'] ?? '';
  const budget = uses.find((use) => partFilter(use.part) === part);
  const months = useMemo(() => monthsOf(forecast, budget), [forecast, budget]);
  const drawn = useMemo(() => months.slice(-(DRAWN_MONTHS + forecast.horizon)), [months, forecast.horizon]);
  const { total } = forecast;
  return (
    <section class="section">
      <header class="section-head">
        <h2>{words.chart}</h2>
        <span class="muted">{name}</span>
        {part !== '' && (
          <button type="button" class="button quiet" onClick={() => setQuery({ part: null })}>
            {words.all}
          </button>
        )}
        <span class="grow" />
        <ul class="chart-legend">
          <li class="fan-key is-was">{words.was}</li>
          <li class="fan-key is-expected">{words.expected}</li>
          <li class="fan-key is-band">{words.band}</li>
          {budget && <li class="fan-key is-budget">{words.budget}</li>}
        </ul>
        <Segmented
          label={words.chart}
          value={isTable ? 'table' : 'chart'}
          options={[
            { value: 'chart', text: words.asChart },
            { value: 'table', text: words.asTable },
          ]}
          onChange={(value) => setTable(value === 'table')}
        />
      </header>
      <div class="section-body">
        {total.forecast === null ? (
          <p class="muted">
            {words.tooLittle(format.integer(total.history.length), format.integer(forecast.leastMonths))}
          </p>
        ) : (
          <ModelLine detail={total.forecast} />
        )}
        {total.forecast !== null && <DriverLines series={total} />}
        {isTable ? (
          <MonthTable months={months} openMonth={forecast.openMonth} part={part} />
        ) : (
          <FanChart label={words.chart} months={drawn} currency={forecast.currency} height={HEIGHT} words={words} />
        )}
      </div>
    </section>
  );
}

interface MonthTableProps {
  months: readonly FanMonth[];
  openMonth: string;
  part: string;
}

function MonthTable({ months, openMonth, part }: MonthTableProps): VNode {
  const words = useWords().forecast;
  const format = useFormat();
  const text = (money: FanMonth['was']): string => (money === null ? NOTHING : format.money(money));
  return (
    <div class="scroll-x forecast-months" tabIndex={0} role="region" aria-label={words.chart}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.month}</th>
            <th scope="col" class="number">
              {words.was}
            </th>
            <th scope="col" class="number">
              {words.expected}
            </th>
            <th scope="col" class="number">
              {words.band}
            </th>
            <th scope="col" class="number">
              {words.budget}
            </th>
          </tr>
        </thead>
        <tbody>
          {months.toReversed().map(({ period, was, low, expected, high, budget }) => (
            <tr key={period}>
              <th scope="row">
                {format.period(period)}
                {period === openMonth && (
                  <span class="tag is-warm" title={words.openHint}>
                    {words.open}
                  </span>
                )}
              </th>
              <td class="number">
                {was === null ? (
                  NOTHING
                ) : (
                  <OpenAmount amount={was} cell={{ ...Object.fromEntries(pairsOf(part)), period }} />
                )}
              </td>
              <td class="number">{text(expected)}</td>
              <td class="number">{low === null ? NOTHING : `${text(low)} – ${text(high)}`}</td>
              <td class="number">{text(budget)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
