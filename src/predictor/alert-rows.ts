// Alert rows as the database has them, with what a reader needs of device, customer and contract; and the view of one.
import type { Resolution } from '../contracts/alert-steps.ts';
import type { Alert } from '../contracts/http/alerts.ts';
import type { Contributor } from '../contracts/http/devices.ts';
import { moneyOf } from '../contracts/money.ts';
import type { Product } from '../contracts/product.ts';
import type { Text } from '../contracts/text.ts';
import type { AlertState, Severity } from '../contracts/work-order-states.ts';
import type { Queryable } from '../db/database.ts';

export interface AlertRow {
  id: bigint;
  device_id: number;
  device: string;
  product_code: string;
  customer_code: string;
  customer_en: string;
  customer_zh: string;
  region_code: string;
  station_code: string;
  product_kind: string;
  contract_type: string | null;
  cause: string;
  component: string | null;
  failure_mode: string | null;
  metric: string | null;
  severity: Severity;
  state: AlertState;
  raised_at: Date;
  last_seen_at: Date;
  cleared_at: Date | null;
  findings: number;
  reason: Text;
  contributors: Contributor[];
  window_from: Date;
  window_to: Date;
  probability: number | null;
  probability_low: number | null;
  probability_high: number | null;
  probability_n: number | null;
  rul_hours_p10: number | null;
  rul_hours_p50: number | null;
  rul_hours_p90: number | null;
  value_at_risk_minor: bigint | null;
  currency: string | null;
  work_order_id: bigint | null;
  assignee: string | null;
  shelved_until: Date | null;
  resolution: Resolution | null;
  escalation_level: number;
  revision: number;
}

export const SELECT_ALERTS = `
  SELECT a.*, d.code AS device, d.product_code, d.customer_code, c.name_en AS customer_en, c.name_zh AS customer_zh,
         s.region_code, d.station_code, q.kind AS product_kind, k.type AS contract_type
  FROM alert a JOIN device d ON d.id = a.device_id JOIN customer c ON c.code = d.customer_code
  JOIN product q ON q.code = d.product_code JOIN station s ON s.code = d.station_code LEFT JOIN contract k ON k.code = d.contract_code`;

export async function productsOf(
  db: Queryable,
  rows: readonly { product_code: string }[],
): Promise<ReadonlyMap<string, Product>> {
  const codes = [...new Set(rows.map((row) => row.product_code))];
  const { rows: found } = await db.query<{ definition: Product }>(
    'SELECT definition FROM product WHERE code = ANY ($1::text[])',
    [codes],
  );
  return new Map(found.map(({ definition }) => [definition.code, definition]));
}

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

export function toAlert(row: AlertRow, product: Product | undefined): Alert {
  const component = product?.components.find(({ code }) => code === row.component);
  const mode = component?.failureModes.find(({ code }) => code === row.failure_mode);
  const plain = (code: string): Text => ({ en: code, zh: code });
  return {
    id: Number(row.id),
    device: row.device,
    product: { code: row.product_code, name: product?.name ?? plain(row.product_code) },
    customer: { code: row.customer_code, name: { en: row.customer_en, zh: row.customer_zh } },
    region: row.region_code,
    contractType: row.contract_type,
    cause: row.cause,
    component: row.component === null ? null : { code: row.component, name: component?.name ?? plain(row.component) },
    failureMode:
      row.failure_mode === null ? null : { code: row.failure_mode, name: mode?.name ?? plain(row.failure_mode) },
    metric: row.metric,
    severity: row.severity,
    state: row.state,
    raisedAt: row.raised_at.toISOString(),
    lastSeenAt: row.last_seen_at.toISOString(),
    clearedAt: iso(row.cleared_at),
    findings: row.findings,
    reason: row.reason,
    contributors: row.contributors,
    window: { from: row.window_from.toISOString(), to: row.window_to.toISOString() },
    probability: probabilityOf(row),
    rulHours: rulOf(row),
    valueAtRisk:
      row.value_at_risk_minor === null || row.currency === null ? null : moneyOf(row.value_at_risk_minor, row.currency),
    workOrderId: row.work_order_id === null ? null : Number(row.work_order_id),
    assignee: row.assignee,
    shelvedUntil: iso(row.shelved_until),
    resolution: row.resolution,
    escalationLevel: row.escalation_level,
    revision: row.revision,
  };
}

export function probabilityOf(
  row: Pick<AlertRow, 'probability' | 'probability_low' | 'probability_high' | 'probability_n'>,
): Alert['probability'] {
  const { probability: value, probability_low: low, probability_high: high, probability_n: n } = row;
  return value === null || low === null || high === null || n === null ? null : { value, low, high, n };
}

export function rulOf(row: Pick<AlertRow, 'rul_hours_p10' | 'rul_hours_p50' | 'rul_hours_p90'>): Alert['rulHours'] {
  const { rul_hours_p10: p10, rul_hours_p50: p50, rul_hours_p90: p90 } = row;
  return p10 === null || p50 === null || p90 === null ? null : { p10, p50, p90 };
}
