// What stands behind a flow of the picture: a cell of the pool it comes from, or `null` where the flow is of no one pool. Pure.
import type { Dimension } from '../../../../contracts/costs.ts';
import type { CostFlow, FlowNode } from '../../../../contracts/http/cost-flow.ts';
import type { CellKeys } from '../explain/explain-cell.ts';

export interface FlowCell {
  cell: CellKeys;
  way: string | null;
}

function carrierCell({ kind, code, rest }: FlowNode, by: Dimension): CellKeys | null {
  if (kind !== 'carrier') return {};
  // Without a code and not the rest: what has no value of the dimension.
  return rest > 0 ? null : { [by]: code };
}

/** Opens what a pool gave to a carrier, or what nobody carries of it. */
export function flowCell(flow: CostFlow, from: FlowNode, to: FlowNode): FlowCell | null {
  if (from.kind !== 'pool' || from.code === null || to.kind === 'pool') return null;
  const carrier = carrierCell(to, flow.by);
  if (carrier === null) return null;
  // Of several currencies each has its own part.
  const isOneCurrency = flow.otherCurrencies.length === 0;
  const way = to.kind === 'carrier' ? 'allocated' : 'unallocated';
  return { cell: { pool: from.code, ...carrier }, way: isOneCurrency ? way : null };
}
