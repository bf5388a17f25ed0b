// Preventive and reactive side by side each month, as columns and as the table with n.
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { MaintenanceValue } from '../../../contracts/http/costs.ts';
import { minorOf } from '../../../contracts/money.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { ColumnChart, type ColumnSeries } from '../../charts/column-chart.tsx';

const HEIGHT = 280;
const SIDES = ['preventive', 'reactive'] as const;

export function ValueMonths({ value }: { value: MaintenanceValue }): VNode {
  const words = useWords().value;
  const format = useFormat();
  const { categories, series } = useMemo(
    () => ({
      categories: value.months.map(({ period }) => format.period(period)),
      series: SIDES.map(
        (side): ColumnSeries => ({
          name: words[side],
          colour: side,
          stack: side,
          minor: value.months.map((month) => minorOf(month[side].cost) ?? 0n),
        }),
      ),
    }),
    [value, format, words],
  );
  return (
    <section class="section">
      <header class="section-head">
        <h2>{words.byMonth}</h2>
        <span class="grow" />
        <ul class="chart-legend">
          {SIDES.map((side) => (
            <li key={side} class="element-name">
              <span class={`element-dot is-${side}`} /> {words[side]}
            </li>
          ))}
        </ul>
      </header>
      <div class="section-body">
        <ColumnChart
          label={words.byMonth}
          categories={categories}
          series={series}
          currency={value.currency}
          height={HEIGHT}
        />
      </div>
      <MonthTable value={value} />
    </section>
  );
}

function MonthTable({ value }: { value: MaintenanceValue }): VNode {
  const words = useWords().value;
  const format = useFormat();
  const lines = [
    ...value.months.map((month) => ({ ...month, name: format.period(month.period) })),
    { name: words.total, preventive: value.preventive, reactive: value.reactive },
  ];
  return (
    <div class="scroll-x" tabIndex={0} role="region" aria-label={words.byMonth}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.month}</th>
            {SIDES.flatMap((side) => [
              <th key={`${side} cost`} scope="col" class="number">
                {words[side]}
              </th>,
              <th key={`${side} n`} scope="col" class="number">
                {words.n}
              </th>,
              <th key={`${side} downtime`} scope="col" class="number">
                {words.downtime}
              </th>,
            ])}
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.name}>
              <th scope="row" class="pivot-name">
                {line.name}
              </th>
              {SIDES.flatMap((side) => [
                <td key={`${side} cost`} class="number">
                  {format.money(line[side].cost)}
                </td>,
                <td key={`${side} n`} class="number muted">
                  {format.integer(line[side].jobs)}
                </td>,
                <td key={`${side} downtime`} class="number muted">
                  {words.downtimeOf(format.measure(line[side].downtimeHours))}
                </td>,
              ])}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
