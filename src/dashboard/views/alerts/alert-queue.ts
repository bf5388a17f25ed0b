// Which alerts a tab of the console shows and in which order: the costliest risk first. Pure.
import type { Alert } from '../../../contracts/http/alerts.ts';
import { minorOf } from '../../../contracts/money.ts';
import { SEVERITIES } from '../../../contracts/work-order-states.ts';
import { isInFilter, type ScopeFilter } from '../../state/scope-filter.ts';

export const TABS = ['open', 'mine', 'shelved', 'done'] as const;
export type Tab = (typeof TABS)[number];

export const isAlertOpen = (alert: Alert): boolean =>
  alert.state === 'open' || alert.state === 'acknowledged' || alert.state === 'in-progress';

export const isShelved = (alert: Alert, nowMs: number): boolean =>
  alert.shelvedUntil !== null && Date.parse(alert.shelvedUntil) > nowMs;

export function isInTab(alert: Alert, tab: Tab, email: string, nowMs: number): boolean {
  if (tab === 'done') return !isAlertOpen(alert);
  if (!isAlertOpen(alert)) return false;
  if (tab === 'shelved') return isShelved(alert, nowMs);
  return !isShelved(alert, nowMs) && (tab === 'open' || alert.assignee === email);
}

export const alertsIn = (alerts: Iterable<Alert>, filter: ScopeFilter): Alert[] =>
  [...alerts].filter((one) => isInFilter(filter, { region: one.region, customer: one.customer.code }));

/** Value at risk first; an alert without an estimate comes after, by severity and age. */
export function byValueAtRisk(a: Alert, b: Alert): number {
  const [valueA, valueB] = [valueOf(a), valueOf(b)];
  if (valueA !== valueB) return valueA > valueB ? -1 : 1;
  const severity = SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity);
  return severity || a.raisedAt.localeCompare(b.raisedAt) || a.id - b.id;
}

const valueOf = (alert: Alert): bigint => (alert.valueAtRisk === null ? -1n : (minorOf(alert.valueAtRisk) ?? -1n));

export const byNewest = (a: Alert, b: Alert): number => b.raisedAt.localeCompare(a.raisedAt) || b.id - a.id;
