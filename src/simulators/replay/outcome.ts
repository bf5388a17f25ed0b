// After a replay: what the instance holds of it (held against the report, to the reading), and what came of it.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Alert } from '../../contracts/http/alerts.ts';
import type { Summary } from '../../contracts/http/costs.ts';
import type { ReadingCount } from '../../contracts/http/devices.ts';
import type { WorkOrder } from '../../contracts/http/work-orders.ts';
import type { ApiClient } from '../api-client.ts';
import type { PlayReport } from './play.ts';

export interface Outcome {
  /** Readings the instance holds of the replayed devices in the replayed span. */
  storedReadings: number;
  alerts: {
    id: number;
    device: string;
    raisedAt: string;
    clearedAt: string | null;
    severity: string;
    reason: string;
  }[];
  workOrders: { id: number; device: string; kind: string; state: string; openedAt: string; title: string }[];
  costs: { device: string; total: string; currency: string }[];
}

const SETTLE_LIMIT_MS = 60_000;
const LOOK_EVERY_MS = 1_000;

/** Alerts follow readings by moments: wait until their number stands still. */
async function settledAlerts(api: ApiClient, device: string): Promise<Alert[]> {
  let alerts = await api.all<Alert>(`/alerts?device=${device}`);
  for (let waited = 0; waited < SETTLE_LIMIT_MS; waited += LOOK_EVERY_MS) {
    await sleep(LOOK_EVERY_MS);
    const again = await api.all<Alert>(`/alerts?device=${device}`);
    if (again.length === alerts.length) return again;
    alerts = again;
  }
  return alerts;
}

export async function outcomeOf(api: ApiClient, report: PlayReport): Promise<Outcome> {
  const outcome: Outcome = { storedReadings: 0, alerts: [], workOrders: [], costs: [] };
  const toMs = Date.parse(report.to ?? '') + 1;
  for (const device of Object.keys(report.devices)) {
    const span = `from=${report.from}&to=${new Date(toMs).toISOString()}`;
    const counts = await api.get<ReadingCount[]>(`/devices/${device}/telemetry/counts?${span}`);
    outcome.storedReadings += counts.reduce((sum, { readings }) => sum + readings, 0);
    for (const alert of await settledAlerts(api, device)) {
      const { id, raisedAt, clearedAt, severity, reason } = alert;
      outcome.alerts.push({ id, device, raisedAt, clearedAt, severity, reason: reason.en });
    }
    for (const { id, kind, state, openedAt, title } of await api.all<WorkOrder>(`/work-orders?device=${device}`)) {
      outcome.workOrders.push({ id, device, kind, state, openedAt, title: title.en });
    }
    const summary = await api.get<Summary>(`/costs/summary?by=device&filter=device:${device}`);
    outcome.costs.push({ device, total: summary.total.amount, currency: summary.currency });
  }
  return outcome;
}
