// A pivot as a table with totals; a bar behind each row's total shows its share, every amount can be opened.
import type { VNode } from 'preact';
import type { Dimension } from '../../../contracts/costs.ts';
import { moneyOf } from '../../../contracts/money.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { dimensionLabel } from './dimension-label.ts';
import { type CellKeys, cellOf } from './explain/explain-cell.ts';
import { OpenAmount } from './explain/open-amount.tsx';
import { type Pivot, type PivotHead, UNCARRIED } from './pivot.ts';

interface PivotTableProps {
  pivot: Pivot;
  rows: Dimension;
  columns: Dimension | null;
  currency: string;
  /** Where on the way down an amount is: what of the cell the table shows. */
  way: string | null;
  /** Of several currencies each has its own ways: then what is not all of its cell cannot be opened. */
  isOneCurrency: boolean;
  /** What all of its cells have in common, where it is not the period and scope of the screen. */
  within?: CellKeys;
}

export function PivotTable(props: PivotTableProps): VNode {
  const { pivot, rows, columns } = props;
  const words = useWords();
  const format = useFormat();
  const nameOf = (dimension: Dimension, head: PivotHead): string => {
    const uncarried = UNCARRIED.find((way) => way === head.way);
    if (uncarried) return words.costs[uncarried];
    return head.rest > 0
      ? words.costs.other(format.integer(head.rest))
      : dimensionLabel(dimension, head.code, head.label, words, format);
  };
  const largest = pivot.rows.reduce((most, row) => (row.total > most ? row.total : most), 0n);
  return (
    <div class="scroll-x" tabIndex={0} role="region" aria-label={words.costs.pivot}>
      <table class="pivot">
        <thead>
          <tr>
            <th scope="col">{words.terms.dimension[rows]}</th>
            {columns !== null &&
              pivot.columns.map((column) => (
                <th key={column.key} scope="col" class="number">
                  {columns === 'element' && column.code !== null && (
                    <span class={`element-dot element-${column.code}`} />
                  )}
                  {nameOf(columns, column)}
                </th>
              ))}
            <th scope="col" class="number">
              {words.costs.total}
            </th>
          </tr>
        </thead>
        <tbody>
          {pivot.rows.map((row) => (
            <tr key={row.key}>
              <th scope="row" class="pivot-name">
                {nameOf(rows, row)}
              </th>
              {columns !== null &&
                pivot.columns.map((column) => (
                  <td key={column.key} class="number">
                    <Amount
                      {...props}
                      amount={pivot.cells.get(row.key)?.get(column.key) ?? 0n}
                      path={[
                        [rows, row],
                        [columns, column],
                      ]}
                    />
                  </td>
                ))}
              <td class="number pivot-total">
                <span class="pivot-bar" style={{ width: `${shareOf(row.total, largest) * 100}%` }} />
                <Amount {...props} amount={row.total} path={[[rows, row]]} />
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{words.costs.total}</th>
            {columns !== null &&
              pivot.columns.map((column) => (
                <td key={column.key} class="number">
                  <Amount {...props} amount={column.total} path={[[columns, column]]} />
                </td>
              ))}
            <td class="number">
              <Amount {...props} amount={pivot.total} path={[]} />
            </td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

const shareOf = (part: bigint, whole: bigint): number => (whole <= 0n || part <= 0n ? 0 : Number(part) / Number(whole));

type AmountProps = PivotTableProps & { amount: bigint; path: readonly (readonly [Dimension, PivotHead])[] };

/** Longer ones are no link a browser keeps: many folded values stay closed. */
const LONGEST_CELL = 1500;

function Amount({ amount, path, currency, way, isOneCurrency, within }: AmountProps): VNode {
  const cell = { ...within, ...Object.fromEntries(path.map(([dimension, head]) => [dimension, head.codes])) };
  const money = moneyOf(amount, currency);
  const format = useFormat();
  const own = path.map(([, head]) => head.way).find((one) => one !== null);
  const isClosed = own === 'closed' || (own !== undefined && !isOneCurrency);
  if (isClosed || cellOf(cell).length > LONGEST_CELL) return <span>{format.money(money)}</span>;
  return <OpenAmount amount={money} cell={cell} way={own ?? way} />;
}
