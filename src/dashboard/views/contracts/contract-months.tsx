// Revenue beside cost, month by month, and the margin that has come together so far.
import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { ContractMarginDetail } from '../../../contracts/http/contract-margins.ts';
import { minorOf, moneyOf } from '../../../contracts/money.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { ColumnChart } from '../../charts/column-chart.tsx';
import { OpenAmount } from '../costs/explain/open-amount.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { contractWay } from './contract-cells.ts';

const HEIGHT = 240;
/** Months the chart has room for; the table shows all of them. */
const SHOWN_MONTHS = 24;

export function ContractMonths({ value }: { value: ContractMarginDetail }): VNode | null {
  const { months, currency } = value;
  const words = useWords().contracts;
  const costs = useWords().costs;
  const [isTable, setTable] = useState(false);
  if (months.length === 0) return null;
  return (
    <section class="section">
      <header class="section-head">
        <h2>{words.byMonth}</h2>
        <span class="grow" />
        <Segmented
          label={words.byMonth}
          value={isTable ? 'table' : 'chart'}
          options={[
            { value: 'chart', text: costs.chart },
            { value: 'table', text: costs.table },
          ]}
          onChange={(next) => setTable(next === 'table')}
        />
      </header>
      {isTable ? <MonthTable value={value} /> : <MonthChart months={months} currency={currency} />}
    </section>
  );
}

type Months = Pick<ContractMarginDetail, 'months' | 'currency'>;

function MonthChart({ months, currency }: Months): VNode {
  const words = useWords().contracts;
  const format = useFormat();
  const { categories, series } = useMemo(() => {
    const shown = months.slice(-SHOWN_MONTHS);
    const minor = (key: 'revenue' | 'direct' | 'allocated') => shown.map((month) => minorOf(month[key]) ?? 0n);
    return {
      categories: shown.map(({ period }) => format.periodShort(period)),
      series: [
        { name: words.revenue, colour: 'preventive', stack: 'revenue', minor: minor('revenue') },
        { name: words.direct, colour: 'element-parts', stack: 'cost', minor: minor('direct') },
        { name: words.allocated, colour: 'element-overhead', stack: 'cost', minor: minor('allocated') },
      ],
    };
  }, [months, format, words]);
  return (
    <div class="section-body">
      <p class="muted">
        {words.revenue} | {words.direct} + {words.allocated}
      </p>
      <ColumnChart label={words.byMonth} categories={categories} series={series} currency={currency} height={HEIGHT} />
    </div>
  );
}

function MonthTable({ value }: { value: ContractMarginDetail }): VNode {
  const { code, months, currency } = value;
  const words = useWords().contracts;
  const format = useFormat();
  let soFar = 0n;
  return (
    <div class="scroll-x" tabIndex={0} role="region" aria-label={words.byMonth}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.month}</th>
            {[words.revenue, words.direct, words.allocated, words.margin, words.marginSoFar].map((name) => (
              <th key={name} scope="col" class="number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {months.map(({ period, revenue, direct, allocated, margin }) => {
            soFar += minorOf(margin) ?? 0n;
            return (
              <tr key={period}>
                <th scope="row">{format.period(period)}</th>
                <td class="number">{format.money(revenue)}</td>
                <td class="number">
                  <OpenAmount amount={direct} cell={{ contract: code, period }} {...contractWay(value, 'direct')} />
                </td>
                <td class="number">
                  <OpenAmount
                    amount={allocated}
                    cell={{ contract: code, period }}
                    {...contractWay(value, 'allocated')}
                  />
                </td>
                <td class="number">{format.money(margin)}</td>
                <td class="number">{format.money(moneyOf(soFar, currency))}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
