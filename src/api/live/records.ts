// Which records an event changes for those who watch, and which events make what was sent before worthless. Pure.
import type { LoggedEvent } from '../../contracts/events.ts';

/** A record whose view is to be loaded and sent again, or a figure that is told as it is. */
export type Touched =
  | { kind: 'device'; id: string }
  | { kind: 'command'; id: string; device: string }
  | { kind: 'alert'; id: number }
  | { kind: 'work-order'; id: number }
  | { kind: 'import'; id: number }
  | { kind: 'rule'; id: number }
  | TouchedCosts;

export interface TouchedCosts {
  kind: 'costs';
  period: string;
  /** null: the whole period was allocated anew. */
  amountMinor: bigint | null;
  currency: string;
  device: string | null;
  workOrderId: number | null;
}

/** A touched record with the position of the last event that touched it. */
export interface TouchedAt {
  touched: Touched;
  position: number;
}

const device = (id: string): Touched => ({ kind: 'device', id });
const alert = (id: number): Touched => ({ kind: 'alert', id });
const workOrder = (id: number): Touched => ({ kind: 'work-order', id });

/** Alerts and jobs are counted on their device, and a booked cost is shown on its job: those change with them. */
export function touchedBy(event: LoggedEvent): Touched[] {
  switch (event.type) {
    case 'device.registered':
    case 'device.changed':
    case 'device.presence-changed':
    case 'device.health-changed':
    case 'device.component-changed':
    case 'device.product-changed':
    case 'component-swap.decided':
    case 'quality.opened':
    case 'quality.closed':
      return [device(event.payload.device)];
    case 'command.requested':
    case 'command.transitioned':
      return [{ kind: 'command', id: event.payload.request, device: event.payload.device }];
    case 'alert.raised':
    case 'alert.cleared':
    case 'alert.changed':
      return [alert(event.payload.alertId), device(event.payload.device)];
    case 'alert.enriched':
    case 'proposal.changed':
      return [alert(event.payload.alertId)];
    case 'work-order.opened':
    case 'work-order.transitioned':
      return [workOrder(event.payload.workOrderId), device(event.payload.device)];
    case 'work-order.changed':
      return [workOrder(event.payload.workOrderId)];
    case 'work-order.labour-recorded':
    case 'work-order.travel-recorded':
    case 'work-order.part-recorded':
    case 'work-order.charge-recorded':
    case 'work-order.completed':
      return [workOrder(event.payload.job.workOrderId)];
    case 'cost.posted':
      return touchedByCosts(event);
    case 'allocation.updated': {
      const { period, currency } = event.payload;
      return [{ kind: 'costs', period, amountMinor: null, currency, device: null, workOrderId: null }];
    }
    // The predictor notes the level on the alert, which is told as its change.
    case 'alert.escalated':
      return [];
    case 'import.progressed':
      return [{ kind: 'import', id: event.payload.importId }];
    case 'rule.changed':
      return [{ kind: 'rule', id: event.payload.ruleId }];
    case 'prognosis.triggered':
    case 'model.changed':
    case 'telemetry.quarantined':
    case 'payload-mapping.changed':
    case 'device.credential-issued':
    case 'device.credentials-revoked':
    case 'device.revocation-list-signed':
    case 'registry.changed':
    case 'allocation.cycle-created':
    case 'allocation.cycle-activated':
    case 'allocation.cycle-withdrawn':
    case 'period.changed':
    case 'budget.overrun-changed':
      return [];
  }
}

function touchedByCosts({ payload }: LoggedEvent<'cost.posted'>): Touched[] {
  const { period, currency, device: of, workOrderId } = payload;
  const amountMinor = BigInt(payload.amountMinor);
  const costs: Touched = { kind: 'costs', period, amountMinor, currency, device: of, workOrderId };
  return workOrderId === null ? [costs] : [costs, workOrder(workOrderId)];
}

/** Names and regions that many views show were edited: everybody starts over with fresh snapshots. */
export const outdatesViews = (event: LoggedEvent): boolean => event.type === 'registry.changed';

/** A device may have moved to another customer or region, so that somebody's cut of the house changed. */
export const mayMoveDevice = (event: LoggedEvent): boolean => event.type === 'device.changed';

/** Adds what an event touched: a record once, at its newest position; costs of one account summed. */
export function gather(into: Map<string, TouchedAt>, event: LoggedEvent): void {
  for (const touched of touchedBy(event)) {
    const key = keyOf(touched);
    into.set(key, { touched: merge(into.get(key)?.touched, touched), position: event.position });
  }
}

function keyOf(touched: Touched): string {
  if (touched.kind !== 'costs') return `${touched.kind}:${touched.id}`;
  const { period, currency, device: of, workOrderId, amountMinor } = touched;
  return ['costs', period, currency, of, workOrderId, amountMinor === null].join(':');
}

function merge(before: Touched | undefined, after: Touched): Touched {
  if (before?.kind !== 'costs' || after.kind !== 'costs') return after;
  if (before.amountMinor === null || after.amountMinor === null) return after;
  return { ...after, amountMinor: before.amountMinor + after.amountMinor };
}
