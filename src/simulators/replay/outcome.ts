// After a replay: what the instance holds of it (held against the report, to the reading), and what came of it.
import type { Alert } from '../../contracts/http/alerts.ts';
import type { Summary } from '../../contracts/http/costs.ts';
import type { ReadingCount } from '../../contracts/http/devices.ts';
import type { WorkOrder } from '../../contracts/http/work-orders.ts';
import { isoOf, periodOf } from '../../contracts/time.ts';
import type { ApiClient } from '../api-client.ts';
import type { PlayReport } from './play.ts';

export interface Outcome {
  /** Readings the instance holds of the replayed devices in the replayed span. */
  storedReadings: number;
  alerts: (Pick<Alert, 'id' | 'device' | 'raisedAt' | 'clearedAt' | 'severity' | 'valueAtRisk'> & { reason: string })[];
  workOrders: (Pick<WorkOrder, 'id' | 'device' | 'kind' | 'state' | 'openedAt' | 'alertId'> & { title: string })[];
  /** From the first month of the recording until now: a job may be done long after. */
  costs: { device: string; direct: string; allocated: string; total: string; currency: string }[];
}

export async function outcomeOf(api: ApiClient, report: PlayReport, nowMs: number): Promise<Outcome> {
  const outcome: Outcome = { storedReadings: 0, alerts: [], workOrders: [], costs: [] };
  const { from, to } = report;
  if (from === null || to === null) return outcome;
  const span = `from=${from}&to=${isoOf(Date.parse(to) + 1)}`;
  const period = `${from.slice(0, 7)}..${periodOf(Math.max(nowMs, Date.parse(to)))}`;
  for (const device of Object.keys(report.devices)) {
    const counts = await api.get<ReadingCount[]>(`/devices/${device}/telemetry/counts?${span}`);
    outcome.storedReadings += counts.reduce((sum, { readings }) => sum + readings, 0);
    for (const alert of await api.all<Alert>(`/alerts?device=${device}`)) {
      const { id, raisedAt, clearedAt, severity, valueAtRisk, reason } = alert;
      outcome.alerts.push({ id, device, raisedAt, clearedAt, severity, valueAtRisk, reason: reason.en });
    }
    for (const job of await api.all<WorkOrder>(`/work-orders?device=${device}`)) {
      const { id, kind, state, openedAt, alertId, title } = job;
      outcome.workOrders.push({ id, device, kind, state, openedAt, alertId, title: title.en });
    }
    const costs = await api.get<Summary>(`/costs/summary?by=device&filter=device:${device}&period=${period}`);
    const { direct, allocated, total, currency } = costs;
    outcome.costs.push({
      device,
      direct: direct.amount,
      allocated: allocated.amount,
      total: total.amount,
      currency,
    });
  }
  return outcome;
}
