// What stands behind a number of the flow: the cell it is of and where on the way down it begins, or `null` where it is of no one
// element, pool or carrier. Pure.
import type { Dimension } from '../../../../contracts/costs.ts';
import type { CostFlow, FlowNode } from '../../../../contracts/http/cost-flow.ts';
import type { CellKeys } from '../explain/explain-cell.ts';

export interface FlowCell {
  cell: CellKeys;
  way: string | null;
  currency: string;
}

/** What was posted, whoever carries it. */
const POSTED = 'own';

function carrierCell({ kind, code, rest }: FlowNode, by: Dimension): CellKeys | null {
  if (kind !== 'carrier') return {};
  // Without a code and not the rest: what has no value of the dimension.
  return rest > 0 ? null : { [by]: code };
}

/** Opens what was posted of an element into a pool, what a pool gave to a carrier, or what nobody carries of it. */
export function linkCell(flow: CostFlow, from: FlowNode, to: FlowNode): FlowCell | null {
  const { currency } = flow;
  if (from.kind === 'element' && to.kind === 'pool')
    return to.code === null ? null : { cell: { pool: to.code, element: from.code }, way: POSTED, currency };
  if (from.kind !== 'pool' || from.code === null || to.kind === 'pool') return null;
  const carrier = carrierCell(to, flow.by);
  if (carrier === null) return null;
  return { cell: { pool: from.code, ...carrier }, way: carriedWay(flow, to), currency };
}

/** Opens all that was posted of an element, or all that a carrier got; what a pool passed on is told by its links. */
export function nodeCell(flow: CostFlow, node: FlowNode): FlowCell | null {
  const { currency } = flow;
  if (node.kind === 'element') return { cell: { element: node.code }, way: POSTED, currency };
  const carrier = node.kind === 'carrier' ? carrierCell(node, flow.by) : null;
  return carrier === null ? null : { cell: carrier, way: carriedWay(flow, node), currency };
}

/** Of several currencies each has its own part. */
function carriedWay({ otherCurrencies }: CostFlow, { kind }: FlowNode): string | null {
  if (otherCurrencies.length > 0) return null;
  if (kind === 'carrier') return 'allocated';
  return kind === 'unused' ? 'unused' : 'unallocated';
}
