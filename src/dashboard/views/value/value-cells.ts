// Cells of the cost behind the amounts of the value screen: its sides are kinds of maintenance. Pure.
import { PREVENTIVE_KINDS, REACTIVE_KINDS } from '../../../contracts/costs.ts';
import type { MaintenanceValue } from '../../../contracts/http/maintenance-value.ts';
import { WORK_ORDER_KINDS } from '../../../contracts/work-order-states.ts';
import type { CellKeys } from '../costs/explain/explain-cell.ts';

const SIDED: readonly string[] = [...PREVENTIVE_KINDS, ...REACTIVE_KINDS];
const KINDS = {
  preventive: PREVENTIVE_KINDS,
  reactive: REACTIVE_KINDS,
  neither: [...WORK_ORDER_KINDS.filter((kind) => !SIDED.includes(kind)), null],
} as const;

/** Of a side in a group; where the group is a kind of maintenance itself, that kind. */
export const sideCell = (side: keyof typeof KINDS, keys: CellKeys): CellKeys => ({
  'maintenance-kind': KINDS[side],
  ...keys,
});

/** Direct cost alone is one step down; of several currencies each has its own. */
export const wayOfCosts = ({ costs, exchange, notConverted }: MaintenanceValue): string | null =>
  costs === 'direct' && exchange.length === 0 && notConverted.length === 0 ? 'direct' : null;
