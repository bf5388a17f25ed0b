// Cost month by month, stacked by element; up to a year, so that the chosen period is seen in its course.
import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { COST_ELEMENTS } from '../../../contracts/costs.ts';
import type { Summary } from '../../../contracts/http/costs.ts';
import { type ColumnSeries, ColumnChart } from '../../charts/column-chart.tsx';
import { useFormat, useWords } from '../../app-context.ts';
import { Segmented } from '../../components/segmented.tsx';
import { Loaded, Skeleton } from '../../components/state-views.tsx';
import { monthsBetween, monthsOf, type PeriodRange, rangeText, shiftPeriod } from '../../state/periods.ts';
import { useScope } from '../../state/use-scope.ts';
import { isOfOneCurrency, type Pivot, pivotOf } from './pivot.ts';
import { PivotTable } from './pivot-table.tsx';
import { useSummary } from './use-cost-query.ts';

const LEAST_MONTHS = 12;
const HEIGHT = 260;

export function CostMonths(): VNode | null {
  const words = useWords();
  const { filter } = useScope();
  const [isTable, setTable] = useState(false);
  const { range } = filter;
  const shown =
    monthsBetween(range) >= LEAST_MONTHS ? range : { from: shiftPeriod(range.to, 1 - LEAST_MONTHS), to: range.to };
  const summary = useSummary(['period', 'element'], shown);
  // The head of the screen says that there is nothing and what to do; an empty chart would add nothing to it.
  if (summary.value?.rows.length === 0) return null;
  return (
    <section class="section">
      <header class="section-head">
        <h2>{words.costs.byMonth}</h2>
        <span class="grow" />
        <ul class="chart-legend">
          {COST_ELEMENTS.map((element) => (
            <li key={element} class="element-name">
              <span class={`element-dot element-${element}`} />
              {words.terms.element[element]}
            </li>
          ))}
        </ul>
        <Segmented
          label={words.costs.byMonth}
          value={isTable ? 'table' : 'chart'}
          options={[
            { value: 'chart', text: words.costs.chart },
            { value: 'table', text: words.costs.table },
          ]}
          onChange={(value) => setTable(value === 'table')}
        />
      </header>
      <Loaded resource={summary} skeleton={<Skeleton rows={8} />}>
        {(value) =>
          isTable ? (
            <MonthTable summary={value} range={shown} />
          ) : (
            <MonthChart summary={value} range={shown} chosenFrom={range.from} />
          )
        }
      </Loaded>
    </section>
  );
}

const MonthTable = ({ summary, range }: { summary: Summary; range: PeriodRange }): VNode => (
  <PivotTable
    pivot={pivotOf(summary, 'period', 'element', 'total')}
    rows="period"
    columns="element"
    currency={summary.currency}
    way={null}
    isOneCurrency={isOfOneCurrency(summary)}
    within={{ period: rangeText(range) }}
  />
);

interface MonthChartProps {
  summary: Summary;
  range: PeriodRange;
  chosenFrom: string;
}
function MonthChart({ summary, range, chosenFrom }: MonthChartProps): VNode {
  const words = useWords();
  const format = useFormat();
  const { categories, series } = useMemo(() => {
    const pivot = pivotOf(summary, 'period', 'element', 'total');
    const months = monthsOf(range).filter((month) => month >= chosenFrom || hasCostUntil(pivot, month));
    return {
      categories: months.map((month) => format.period(month)),
      series: COST_ELEMENTS.map(
        (element): ColumnSeries => ({
          name: words.terms.element[element],
          colour: `element-${element}`,
          stack: 'cost',
          minor: months.map((month) => cellOf(pivot, month, element)),
        }),
      ),
    };
  }, [summary, range.from, range.to, chosenFrom, format, words]);
  return (
    <div class="section-body">
      <ColumnChart
        label={words.costs.byMonth}
        categories={categories}
        series={series}
        currency={summary.currency}
        height={HEIGHT}
      />
    </div>
  );
}

/** Empty months before the first cost are left away, up to the chosen period. */
const hasCostUntil = (pivot: Pivot, month: string): boolean => [...pivot.cells.keys()].some((key) => key <= month);

const cellOf = (pivot: Pivot, month: string, element: string): bigint => pivot.cells.get(month)?.get(element) ?? 0n;
