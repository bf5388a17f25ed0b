// An alert as telling people of it needs it. Reads the tables of alerts and devices and writes nothing there.
import { inScope, type Scope } from '../contracts/access.ts';
import type { EpochMs } from '../contracts/time.ts';
import type { AlertState, Severity } from '../contracts/work-order-states.ts';
import type { Queryable } from '../db/database.ts';

export interface ToldAlert {
  id: number;
  device: string;
  region: string;
  customer: string;
  site: string;
  /** Product and cause, which alerts of one flaw share. */
  cause: string;
  severity: Severity;
  state: AlertState;
  isCleared: boolean;
  shelvedUntilMs: EpochMs | null;
  assignee: string | null;
  lastSeenAtMs: EpochMs;
}

interface Row {
  id: bigint;
  device: string;
  region_code: string;
  customer_code: string;
  site_code: string | null;
  product_code: string;
  cause: string;
  severity: Severity;
  state: AlertState;
  cleared_at: Date | null;
  shelved_until: Date | null;
  assignee: string | null;
  last_seen_at: Date;
}

export async function toldAlerts(db: Queryable, ids: readonly number[]): Promise<ToldAlert[]> {
  const { rows } = await db.prepared<Row>(
    'told-alerts',
    `SELECT a.id, d.code AS device, s.region_code, d.customer_code, d.site_code, d.product_code, a.cause, a.severity, a.state,
       a.cleared_at, a.shelved_until, a.assignee, a.last_seen_at
     FROM alert a JOIN device d ON d.id = a.device_id JOIN station s ON s.code = d.station_code
     WHERE a.id = ANY ($1::bigint[]) ORDER BY a.id`,
    [ids],
  );
  return rows.map((row) => ({
    id: Number(row.id),
    device: row.device,
    region: row.region_code,
    customer: row.customer_code,
    // A device without a site stands for its whole customer.
    site: row.site_code ?? `customer:${row.customer_code}`,
    cause: `${row.product_code}/${row.cause}`,
    severity: row.severity,
    state: row.state,
    isCleared: row.cleared_at !== null,
    shelvedUntilMs: row.shelved_until?.getTime() ?? null,
    assignee: row.assignee,
    lastSeenAtMs: row.last_seen_at.getTime(),
  }));
}

/** Why nobody needs to be told of it (any longer), or `null`. */
export function settledBy(alert: ToldAlert, nowMs: EpochMs): 'acknowledged' | 'resolved' | 'shelved' | null {
  if (alert.state === 'resolved' || alert.state === 'closed') return 'resolved';
  if (alert.state !== 'open') return 'acknowledged';
  return isShelved(alert, nowMs) ? 'shelved' : null;
}

/** The same for who it was given to: that somebody has acknowledged it does not settle it for them. */
export function settledForAssignee(alert: ToldAlert, nowMs: EpochMs): 'resolved' | 'shelved' | null {
  if (alert.state === 'resolved' || alert.state === 'closed') return 'resolved';
  return isShelved(alert, nowMs) ? 'shelved' : null;
}

const isShelved = ({ shelvedUntilMs }: ToldAlert, nowMs: EpochMs): boolean =>
  shelvedUntilMs !== null && shelvedUntilMs > nowMs;

export const maySee = (scope: Scope, { region, customer }: ToldAlert): boolean => inScope(scope, { region, customer });
