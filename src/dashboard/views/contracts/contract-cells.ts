// Cells of the cost behind a contract's numbers: all of it from the first month on, in the contract's currency. Pure.
import type { ContractMargin } from '../../../contracts/http/contract-margins.ts';
import type { CellKeys } from '../costs/explain/explain-cell.ts';
import type { OpenOptions } from '../costs/explain/open-amount.tsx';
import { rangeText } from '../../state/periods.ts';

type Cost = 'direct' | 'allocated' | 'cost';

/** What the numbers to date are made of. */
export function contractCell({ code, toDate }: Pick<ContractMargin, 'code' | 'toDate'>): CellKeys {
  const from = toDate.from.slice(0, 7);
  const to = toDate.to?.slice(0, 7) ?? from;
  return { contract: code, period: rangeText({ from, to }) };
}

/** Of several currencies each has its own direct and allocated part. */
export const contractWay = (
  { exchange, notConverted, currency }: Pick<ContractMargin, 'exchange' | 'notConverted' | 'currency'>,
  cost: Cost,
): OpenOptions => ({
  currency,
  way: cost === 'cost' || exchange.length > 0 || notConverted.length > 0 ? null : cost,
});
