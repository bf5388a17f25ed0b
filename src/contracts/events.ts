// The event log's vocabulary: every type and its payload. Payloads carry what consumers in other rooms need, so that
// no room reads another's mind; times are ISO 8601, money is minor units as text (JSON has no bigint).
import type { JobDimensions } from './costs.ts';
import type { CommandState } from './commands.ts';
import type { QualityKind } from './quality.ts';
import type { Severity, WorkOrderKind, WorkOrderState } from './work-order-states.ts';
import type { Status } from './health.ts';

interface ForJob {
  job: JobDimensions;
}

export interface EventMap {
  'device.registered': { device: string };
  'device.changed': { device: string };
  'device.presence-changed': { device: string; presence: 'online' | 'offline' };
  'device.health-changed': { device: string; health: number | null; status: Status };
  /** The device told another serial number for a component than before. */
  'device.component-changed': { device: string; component: string; previousSerial: string; serial: string };
  /** A person said whether the component was replaced, which no job tells. */
  'component-swap.decided': {
    swapId: number;
    device: string;
    component: string;
    decision: 'confirmed' | 'disputed';
    actor: string;
  };
  'device.product-changed': { device: string; from: string; to: string };
  'device.credential-issued': { device: string; kind: 'token' | 'certificate'; actor: string | null };
  /** Tokens or certificates of a device are no longer good: a session that was opened with one ends. */
  'device.credentials-revoked': { device: string; actor?: string };
  /** The TLS doors take the new list of revoked certificates. */
  'device.revocation-list-signed': { number: number };
  /** Master data that devices point to (a product, customer, contract...) was edited. */
  'registry.changed': { resource: string; code: string };
  /** Something is wrong with a device's data, or no longer; an empty metric is the device as a whole. */
  'quality.opened': { device: string; kind: QualityKind; metric: string };
  'quality.closed': { device: string; kind: QualityKind; metric: string };
  /** How payloads of a product or a device are mended was written anew. */
  'payload-mapping.changed': { product: string | null; device: string | null; actor: string };
  'telemetry.quarantined': { quarantineId: number; device: string; reason: string };

  'command.requested': { request: string; device: string; name: string; actor: string };
  /** `from` = `to`: it was sent once more, or answered after its end. */
  'command.transitioned': { request: string; device: string; from: CommandState; to: CommandState; actor: string };

  'alert.raised': { alertId: number; device: string; severity: Severity };
  'alert.enriched': { alertId: number; device: string };
  'alert.cleared': { alertId: number; device: string };
  'alert.changed': { alertId: number; device: string; change: string; actor: string };

  /** Nobody acknowledged it in the time of its severity: those of the next level are told. */
  'alert.escalated': { alertId: number; device: string; severity: Severity; level: number };

  /** A prognosis passed its trigger: the service room opens the predictive work order (one open per device, component, mode). */
  'prognosis.triggered': {
    prognosisId: number;
    alertId: number;
    device: string;
    component: string;
    failureMode: string;
    probability: number;
    severity: Severity;
    /** Who confirmed it, or `system`. */
    actor?: string;
  };
  /** A job that a prognosis asks for was proposed, held back, let go, or decided on. */
  'proposal.changed': { proposalId: number; alertId: number; device: string };
  /** A rule was written, changed, put in force or taken out of force. */
  'rule.changed': { ruleId: number; change: 'written' | 'changed' | 'activated' | 'deactivated'; actor: string };
  /** A model was trained, put in shadow or in force, rolled back, or its drift proposes to train it anew. */
  'model.changed': { modelId: number; kind: string; product: string | null; change: string; actor: string };

  'work-order.opened': { workOrderId: number; device: string; kind: WorkOrderKind; alertId: number | null };
  'work-order.transitioned': {
    workOrderId: number;
    device: string;
    from: WorkOrderState;
    to: WorkOrderState;
    actor: string;
  };
  'work-order.changed': { workOrderId: number; device: string; change: string };
  'work-order.labour-recorded': ForJob & {
    labourId: number;
    engineer: string;
    hoursMilli: number;
    from: string;
    to: string;
    category: string;
  };
  'work-order.travel-recorded': ForJob & {
    travelId: number;
    engineer: string;
    hoursMilli: number;
    distanceM: number;
    fareMinor: string;
    currency: string;
    at: string;
  };
  /** quantity < 0 is a return; the unit cost was frozen at issue. */
  'work-order.part-recorded': ForJob & {
    partUseId: number;
    part: string;
    quantity: number;
    unitCostMinor: string;
    currency: string;
    at: string;
  };
  'work-order.charge-recorded': ForJob & {
    chargeId: number;
    element: 'freight' | 'subcontract' | 'remote' | 'downtime-penalty';
    amountMinor: string;
    currency: string;
    at: string;
    note: string;
  };
  /** The finding closes the loop: was the degradation there? `confirmed` null = nobody could tell. */
  'work-order.completed': ForJob & {
    alertId: number | null;
    failureMode: string | null;
    confirmed: boolean | null;
    downtimeMinutes: number;
    completedAt: string;
  };

  'cost.posted': {
    factIds: number[];
    period: string;
    device: string | null;
    workOrderId: number | null;
    amountMinor: string;
    currency: string;
  };
  'allocation.updated': { period: string; currency: string };
  'allocation.cycle-created': { cycle: string; version: number };
  'allocation.cycle-activated': { cycle: string; version: number; actor: string };
  'allocation.cycle-withdrawn': { cycle: string; version: number; actor: string };
  'period.changed': { period: string; state: 'open' | 'closing' | 'closed' | 'reopening'; actor: string };

  /** An overrun of a budget is expected, is expected a month earlier or later than it was told, or no longer. */
  'budget.overrun-changed': { budget: string; noticeIds: number[] };

  'import.progressed': {
    importId: number;
    name: string;
    done: number;
    total: number;
    state: 'uploaded' | 'running' | 'finished' | 'failed' | 'cancelled';
  };
}

export type EventType = keyof EventMap;

export interface NewEvent<T extends EventType = EventType> {
  type: T;
  /** When it happened in the world (ISO 8601); the log adds when it was recorded. */
  at: string;
  payload: EventMap[T];
}

/** One entry of the log, discriminated by `type`. Positions only grow. */
export type LoggedEvent<T extends EventType = EventType> = {
  [K in T]: { position: number; type: K; at: string; recordedAt: string; payload: EventMap[K] };
}[T];
