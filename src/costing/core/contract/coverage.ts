// What a contract of each type covers: a job's cost is the provider's own, or billed to the customer. The wider type never covers less.
import type { CostElement } from '../../../contracts/costs.ts';
import type { ContractType } from '../../../contracts/http/contract-terms.ts';

/** Work of a job: a failure put right, upkeep by plan, or what the provider owes anyway (recalls, installations). */
export const WORK_KINDS = ['failure', 'planned', 'own'] as const;
export type WorkKind = (typeof WORK_KINDS)[number];

/** A predictive job that found something prevented a failure; a needless one was the provider's own idea. */
export function workKindOf(maintenanceKind: string | null, isConfirmed: boolean): WorkKind {
  switch (maintenanceKind) {
    case 'preventive':
    case 'inspection':
      return 'planned';
    case 'installation':
    case 'field-change':
      return 'own';
    case 'predictive':
      return isConfirmed ? 'failure' : 'own';
    default:
      return 'failure';
  }
}

const MATERIAL: readonly CostElement[] = ['parts', 'freight'];
const PRESENCE: readonly CostElement[] = ['labour', 'travel', 'remote'];

/** Whether the provider carries a cost of that kind; a penalty is never the customer's. */
export function isCovered(type: ContractType, kind: WorkKind, element: CostElement): boolean {
  if (element === 'downtime-penalty' || element === 'overhead' || kind === 'own') return true;
  switch (type) {
    case 'full-service':
    case 'uptime':
    case 'usage-based':
      return true;
    case 'labour-only':
      return PRESENCE.includes(element);
    case 'parts-only':
      return MATERIAL.includes(element);
    case 'pm-only':
      return kind === 'planned';
    case 'time-and-materials':
      return false;
  }
}

/** Bought for the job and sold on with a markup; people's time and ways are billed by tariff, or at cost. */
const SOLD_ON: readonly CostElement[] = ['parts', 'freight', 'subcontract', 'overhead'];
export const isSoldOn = (element: CostElement): boolean => SOLD_ON.includes(element);
