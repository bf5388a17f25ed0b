// Which devices the list shows, in which order and under which group headings. Pure.
import type { Device } from '../../../contracts/http/devices.ts';
import type { Status } from '../../../contracts/health.ts';
import type { Language, Text } from '../../../contracts/text.ts';
import { isInFilter, type ScopeFilter } from '../../state/scope-filter.ts';

/** The order a person on duty reads in: what fails first, what is not known before what is well. */
export const STATUS_ORDER = [
  'failing',
  'degraded',
  'watch',
  'offline',
  'unknown',
  'healthy',
] as const satisfies readonly Status[];

export const SORT_KEYS = ['status', 'device', 'product', 'customer', 'region', 'health', 'alerts', 'changed'] as const;
export type SortKey = (typeof SORT_KEYS)[number];
export interface Sort {
  key: SortKey;
  isDescending: boolean;
}
export const GROUPINGS = ['none', 'region', 'customer', 'product'] as const;
export type Grouping = (typeof GROUPINGS)[number];

export interface Group {
  code: string;
  name: Text;
  devices: Device[];
}
export type FleetItem = { kind: 'group'; group: Group } | { kind: 'device'; device: Device };

export const devicesIn = (devices: Iterable<Device>, filter: ScopeFilter): Device[] =>
  [...devices].filter((one) => isInFilter(filter, { region: one.region.code, customer: one.customer.code }));

export function countByStatus(devices: readonly Device[]): Record<Status, number> {
  const counts = { failing: 0, degraded: 0, watch: 0, offline: 0, unknown: 0, healthy: 0 };
  for (const device of devices) counts[device.status] += 1;
  return counts;
}

const UNKNOWN_HEALTH = 101;
type Compare = (a: Device, b: Device) => number;
const byUrgency: Compare = (a, b) =>
  STATUS_ORDER.indexOf(a.status) - STATUS_ORDER.indexOf(b.status) ||
  (a.health ?? UNKNOWN_HEALTH) - (b.health ?? UNKNOWN_HEALTH) ||
  b.openAlerts - a.openAlerts ||
  b.openWorkOrders - a.openWorkOrders ||
  a.id.localeCompare(b.id);

function comparison(key: SortKey, language: Language): Compare {
  const byName =
    (nameOf: (device: Device) => Text): Compare =>
    (a, b) =>
      nameOf(a)[language].localeCompare(nameOf(b)[language], language);
  const comparisons: Record<SortKey, Compare> = {
    status: byUrgency,
    device: (a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }),
    product: byName((device) => device.product.name),
    customer: byName((device) => device.customer.name),
    region: byName((device) => device.region.name),
    health: (a, b) => (a.health ?? UNKNOWN_HEALTH) - (b.health ?? UNKNOWN_HEALTH),
    alerts: (a, b) => b.openAlerts - a.openAlerts,
    changed: (a, b) => (b.healthAt ?? '').localeCompare(a.healthAt ?? ''),
  };
  return comparisons[key];
}

export function sortDevices(devices: readonly Device[], { key, isDescending }: Sort, language: Language): Device[] {
  const compare = comparison(key, language);
  return [...devices].sort((a, b) => (isDescending ? -compare(a, b) : compare(a, b)) || byUrgency(a, b));
}

/** Groups in the order of their first device, so that the group with the most urgent device leads. */
export function groupDevices(devices: readonly Device[], by: Exclude<Grouping, 'none'>): Group[] {
  const groups = new Map<string, Group>();
  for (const device of devices) {
    const { code, name } = device[by];
    const group = groups.get(code) ?? { code, name, devices: [] };
    group.devices.push(device);
    groups.set(code, group);
  }
  return [...groups.values()];
}

export const itemsOf = (devices: readonly Device[], grouping: Grouping): FleetItem[] =>
  grouping === 'none'
    ? devices.map((device) => ({ kind: 'device', device }))
    : groupDevices(devices, grouping).flatMap((group): FleetItem[] => [
        { kind: 'group', group },
        ...group.devices.map((device): FleetItem => ({ kind: 'device', device })),
      ]);

/** Mean of the known health values; `null` when none is known. */
export function meanHealth(devices: readonly Device[]): number | null {
  const known = devices.flatMap(({ health }) => (health === null ? [] : [health]));
  return known.length === 0 ? null : Math.round(known.reduce((sum, one) => sum + one, 0) / known.length);
}
