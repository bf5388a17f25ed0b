// An amount on any screen that opens down to where it comes from, in the pane beside that screen.
import type { VNode } from 'preact';
import { minorOf, type Money } from '../../../../contracts/money.ts';
import { useFormat, useWords } from '../../../app-context.ts';
import { NOTHING } from '../../../format/format.ts';
import { useScope } from '../../../state/use-scope.ts';
import { type CellKeys, cellOf } from './explain-cell.ts';

export interface OpenOptions {
  /** Where on the way down to begin, as `path` of a node: the part of the cell that the amount is. */
  way?: string | null;
  /** Of the amount, where it is not the one costs are told in. */
  currency?: string | null;
}

/** Links that open a cell beside the screen one is on. */
export function useOpenCell(): (keys: CellKeys, options?: OpenOptions) => string {
  const { here } = useScope();
  return (keys, { way = null, currency = null } = {}) => here({ cell: cellOf(keys), way, in: currency });
}

interface OpenAmountProps extends OpenOptions {
  amount: Money;
  cell: CellKeys;
  /** To the minor unit, however large: where amounts are to be added up. */
  isExact?: boolean;
}

export function OpenAmount({ amount, cell, isExact = false, ...options }: OpenAmountProps): VNode {
  const words = useWords().costs;
  const format = useFormat();
  const hrefOf = useOpenCell();
  if (minorOf(amount) === 0n) return <span class="muted">{NOTHING}</span>;
  const text = isExact ? format.moneyExact(amount) : format.money(amount);
  return (
    <a class="pivot-amount" href={hrefOf(cell, options)} title={words.openCell(text)}>
      {text}
    </a>
  );
}
