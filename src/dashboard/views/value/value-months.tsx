// Preventive and reactive side by side each month, by element, with what was avoided; and the table with n.
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { MaintenanceValue } from '../../../contracts/http/maintenance-value.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { ColumnChart } from '../../charts/column-chart.tsx';
import { OpenAmount } from '../costs/explain/open-amount.tsx';
import { sideCell, wayOfCosts } from './value-cells.ts';
import { elementsIn, SIDES, valueColumns } from './value-columns.ts';

const HEIGHT = 300;

export function ValueMonths({ value }: { value: MaintenanceValue }): VNode {
  const words = useWords();
  const format = useFormat();
  const { categories, series, stacks } = useMemo(
    () => ({
      categories: value.months.map(({ period }) => format.periodShort(period)),
      series: valueColumns(value, { element: (element) => words.terms.element[element], avoided: words.value.net }),
      stacks: SIDES.map((side) => ({ key: side, name: words.value[side], colour: side })),
    }),
    [value, format, words],
  );
  return (
    <section class="section">
      <header class="section-head">
        <h2>{words.value.byMonth}</h2>
        <span class="grow" />
        <ul class="chart-legend">
          {SIDES.map((side) => (
            <li key={side} class="element-name">
              <span class={`strip is-${side}`} /> {words.value[side]}
            </li>
          ))}
          <li class="element-name">
            <span class="element-dot is-avoided" /> {words.value.net}
          </li>
        </ul>
      </header>
      <div class="section-body">
        <ColumnChart
          label={words.value.byMonth}
          categories={categories}
          series={series}
          stacks={stacks}
          currency={value.currency}
          height={HEIGHT}
        />
        <ul class="chart-legend">
          {elementsIn(value).map((element) => (
            <li key={element} class="element-name">
              <span class={`element-dot element-${element}`} /> {words.terms.element[element]}
            </li>
          ))}
        </ul>
      </div>
      <MonthTable value={value} />
    </section>
  );
}

function MonthTable({ value }: { value: MaintenanceValue }): VNode {
  const words = useWords().value;
  const format = useFormat();
  const { preventive, reactive, avoidance } = value;
  const way = wayOfCosts(value);
  const lines = [
    ...value.months.map((month) => ({ ...month, name: format.period(month.period), keys: { period: month.period } })),
    { name: words.total, preventive, reactive, avoidance, keys: {} },
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
              <th key={`${side} n`} scope="col" class="number" title={words.nHint}>
                {words.n}
              </th>,
              <th key={`${side} downtime`} scope="col" class="number">
                {words.downtime}
              </th>,
            ])}
            <th scope="col" class="number">
              {words.net}
            </th>
            <th scope="col" class="number" title={words.outcomes}>
              {words.n}
            </th>
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
                  <OpenAmount amount={line[side].cost} cell={sideCell(side, line.keys)} way={way} />
                </td>,
                <td key={`${side} n`} class="number muted">
                  {format.integer(line[side].jobs)}
                </td>,
                <td key={`${side} downtime`} class="number muted">
                  {words.downtimeOf(format.measure(line[side].downtimeHours))}
                </td>,
              ])}
              <td class="number">{format.money(line.avoidance.net)}</td>
              <td class="number muted">
                {format.integer(line.avoidance.truePositives + line.avoidance.falsePositives)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="pivot-note">{words.nHint}</p>
    </div>
  );
}
