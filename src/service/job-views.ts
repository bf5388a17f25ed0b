// Work orders as everybody reads them: names in both languages, what was booked so far, and where they may go next.
import type { WorkOrder, WorkOrderDetail } from '../contracts/http/work-orders.ts';
import { moneyOf } from '../contracts/money.ts';
import type { FailureMode } from '../contracts/product.ts';
import type { Text } from '../contracts/text.ts';
import { type ServiceType, type Severity, TRANSITIONS, type WaitingReason } from '../contracts/work-order-states.ts';
import type { WorkOrderKind, WorkOrderState } from '../contracts/work-order-states.ts';

export interface WorkOrderRow {
  id: bigint;
  kind: WorkOrderKind;
  service_type: ServiceType;
  state: WorkOrderState;
  priority: Severity;
  title_en: string;
  title_zh: string;
  device: string;
  product: string;
  product_en: string;
  product_zh: string;
  customer: string;
  customer_en: string;
  customer_zh: string;
  region: string;
  station: string;
  station_en: string;
  station_zh: string;
  contract: string | null;
  contract_type: string | null;
  component: string | null;
  component_name: Text | null;
  failure_mode: string | null;
  mode: FailureMode | null;
  alert_id: bigint | null;
  engineer_code: string | null;
  engineer_en: string | null;
  engineer_zh: string | null;
  planned_at: Date | null;
  waiting_reason: WaitingReason | null;
  opened_at: Date;
  opened_by: string;
  completed_at: Date | null;
  closed_at: Date | null;
  downtime_minutes: number;
  finding_failure_mode: string | null;
  finding_cause: string | null;
  finding_remedy: string | null;
  finding_confirmed: boolean | null;
  finding_note: string | null;
  booked: { currency: string; amount: string }[];
  revision: number;
}

/** The frozen dimensions with their names; component and failure mode as the product defines them now. */
export const SELECT_WORK_ORDERS = `
  SELECT w.*, d.code AS device, p.name_en AS product_en, p.name_zh AS product_zh, c.name_en AS customer_en,
         c.name_zh AS customer_zh, s.name_en AS station_en, s.name_zh AS station_zh, e.name_en AS engineer_en,
         e.name_zh AS engineer_zh, part->'name' AS component_name, mode, booked
  FROM work_order w JOIN device d ON d.id = w.device_id JOIN product p ON p.code = w.product
  JOIN customer c ON c.code = w.customer JOIN station s ON s.code = w.station
  LEFT JOIN engineer e ON e.code = w.engineer_code
  LEFT JOIN LATERAL (SELECT x AS part FROM jsonb_array_elements(p.definition->'components') x
                     WHERE x->>'code' = w.component LIMIT 1) parts ON true
  LEFT JOIN LATERAL (SELECT m AS mode FROM jsonb_array_elements(part->'failureModes') m
                     WHERE m->>'code' = w.failure_mode LIMIT 1) modes ON true
  CROSS JOIN LATERAL (
    SELECT coalesce(jsonb_agg(jsonb_build_object('currency', currency, 'amount', amount::text) ORDER BY currency), '[]') AS booked
    FROM (SELECT currency, sum(amount_minor) AS amount FROM cost_fact WHERE work_order_id = w.id GROUP BY currency) f) costs`;

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;
const named = (code: string, en: string | null, zh: string | null) => ({
  code,
  name: { en: en ?? code, zh: zh ?? code },
});
const namedOrNull = (code: string | null, name: Text | null | undefined) =>
  code === null ? null : named(code, name?.en ?? null, name?.zh ?? null);

function findingOf(row: WorkOrderRow): WorkOrder['finding'] {
  if (row.finding_note === null) return null;
  return {
    failureMode: row.finding_failure_mode,
    cause: row.finding_cause,
    remedy: row.finding_remedy,
    confirmed: row.finding_confirmed,
    note: row.finding_note === '' ? null : row.finding_note,
  };
}

export function toWorkOrder(row: WorkOrderRow): WorkOrder {
  return {
    id: Number(row.id),
    kind: row.kind,
    serviceType: row.service_type,
    state: row.state,
    priority: row.priority,
    title: { en: row.title_en, zh: row.title_zh },
    device: row.device,
    product: named(row.product, row.product_en, row.product_zh),
    customer: named(row.customer, row.customer_en, row.customer_zh),
    region: row.region,
    station: named(row.station, row.station_en, row.station_zh),
    contract: row.contract === null ? null : { code: row.contract, type: row.contract_type ?? '' },
    component: namedOrNull(row.component, row.component_name),
    failureMode: namedOrNull(row.failure_mode, row.mode?.name),
    alertId: row.alert_id === null ? null : Number(row.alert_id),
    engineer: row.engineer_code === null ? null : named(row.engineer_code, row.engineer_en, row.engineer_zh),
    plannedAt: iso(row.planned_at),
    waitingReason: row.waiting_reason,
    openedAt: row.opened_at.toISOString(),
    openedBy: row.opened_by,
    completedAt: iso(row.completed_at),
    closedAt: iso(row.closed_at),
    downtimeMinutes: row.downtime_minutes,
    finding: findingOf(row),
    cost: row.booked.map(({ amount, currency }) => moneyOf(BigInt(amount), currency)),
    allowedTransitions: [...TRANSITIONS[row.state]],
    revision: row.revision,
  };
}

export function proposalOf(
  mode: FailureMode | null,
  part: { en: string; zh: string } | null,
): WorkOrderDetail['proposal'] {
  if (!mode) return null;
  const { labourHours, people, remote, remedy } = mode;
  return { part: namedOrNull(mode.part, part), labourHours, people, remote, remedy };
}
