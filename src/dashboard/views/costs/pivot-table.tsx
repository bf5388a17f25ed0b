// A pivot as a table with totals; a bar behind each row's total shows its share, every amount can be opened.
import type { VNode } from 'preact';
import type { Dimension } from '../../../contracts/costs.ts';
import { moneyOf } from '../../../contracts/money.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { NOTHING } from '../../format/format.ts';
import { dimensionLabel } from './dimension-label.ts';
import type { Pivot, PivotHead } from './pivot.ts';

interface PivotTableProps {
  pivot: Pivot;
  rows: Dimension;
  columns: Dimension | null;
  currency: string;
  /** Where a cell (`dimension:code` pairs) leads; without it amounts only show. */
  hrefOf?: (cell: string) => string;
}

export function PivotTable(props: PivotTableProps): VNode {
  const { pivot, rows, columns, currency } = props;
  const words = useWords();
  const format = useFormat();
  const nameOf = (dimension: Dimension, head: PivotHead): string =>
    head.rest > 0
      ? words.costs.other(format.integer(head.rest))
      : dimensionLabel(dimension, head.code, head.label, words, format);
  const largest = pivot.rows.reduce((most, row) => (row.total > most ? row.total : most), 0n);
  const sum = (amount: bigint): string => (amount === 0n ? NOTHING : format.money(moneyOf(amount, currency)));
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
                  {sum(column.total)}
                </td>
              ))}
            <td class="number">{sum(pivot.total)}</td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

const shareOf = (part: bigint, whole: bigint): number => (whole <= 0n || part <= 0n ? 0 : Number(part) / Number(whole));

type AmountProps = PivotTableProps & { amount: bigint; path: readonly (readonly [Dimension, PivotHead])[] };

function Amount({ amount, path, currency, hrefOf }: AmountProps): VNode {
  const words = useWords().costs;
  const format = useFormat();
  if (amount === 0n) return <span class="muted">{NOTHING}</span>;
  const text = format.money(moneyOf(amount, currency));
  // Folded columns and cost without the dimension have no code to filter by.
  const codes = path.map(([dimension, head]) => (head.code === null ? null : `${dimension}:${head.code}`));
  if (!hrefOf || codes.includes(null)) return <span>{text}</span>;
  return (
    <a class="pivot-amount" href={hrefOf(codes.join(','))} aria-label={words.openCell(text)}>
      {text}
    </a>
  );
}
