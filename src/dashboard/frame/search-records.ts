// Finds devices, alerts, jobs and customers by what a person types: ids, serials, names in either language.
import type { Alert } from '../../contracts/http/alerts.ts';
import type { Device } from '../../contracts/http/devices.ts';
import type { WorkOrder } from '../../contracts/http/work-orders.ts';
import type { Text } from '../../contracts/text.ts';

export interface Found {
  kind: 'device' | 'alert' | 'workOrder' | 'customer';
  path: string;
  query: Readonly<Record<string, string>>;
  title: Text;
  detail: Text;
}
export interface Searchable {
  devices: Iterable<Device>;
  alerts: Iterable<Alert>;
  workOrders: Iterable<WorkOrder>;
}

/** At most this many of a kind: a search that shows everything finds nothing. */
const LIMIT = 5;
const same = (text: string): Text => ({ en: text, zh: text });
const joined = (a: Text, b: Text): Text => ({ en: `${a.en} · ${b.en}`, zh: `${a.zh} · ${b.zh}` });

/** Every word typed must occur somewhere in the record. */
export function matches(query: string, ...fields: (string | null)[]): boolean {
  const hay = fields.join('\n').toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => hay.includes(word));
}

export function searchRecords(query: string, { devices, alerts, workOrders }: Searchable): Found[] {
  const asked = query.trim();
  if (asked === '') return [];
  const customers = new Map<string, Text>();
  const found: Record<Found['kind'], Found[]> = { device: [], alert: [], workOrder: [], customer: [] };
  for (const device of devices) {
    const { product, customer } = device;
    if (matches(asked, customer.code, customer.name.en, customer.name.zh)) customers.set(customer.code, customer.name);
    if (found.device.length < LIMIT && matches(asked, device.id, device.serial, product.name.en, product.name.zh)) {
      const detail = joined(product.name, customer.name);
      found.device.push({ kind: 'device', path: `/devices/${device.id}`, query: {}, title: same(device.id), detail });
    }
  }
  for (const alert of alerts) {
    if (found.alert.length === LIMIT) break;
    if (!matches(asked, `#${alert.id}`, alert.device, alert.reason.en, alert.reason.zh)) continue;
    const title = same(`#${alert.id} ${alert.device}`);
    found.alert.push({ kind: 'alert', path: `/alerts/${alert.id}`, query: {}, title, detail: alert.reason });
  }
  for (const job of workOrders) {
    if (found.workOrder.length === LIMIT) break;
    if (!matches(asked, `#${job.id}`, job.device, job.title.en, job.title.zh, job.engineer?.name.zh ?? null)) continue;
    const title = same(`#${job.id} ${job.device}`);
    found.workOrder.push({ kind: 'workOrder', path: `/work-orders/${job.id}`, query: {}, title, detail: job.title });
  }
  for (const [code, name] of [...customers].slice(0, LIMIT)) {
    found.customer.push({
      kind: 'customer',
      path: '/fleet',
      query: { customer: code },
      title: name,
      detail: same(code),
    });
  }
  return [...found.device, ...found.customer, ...found.alert, ...found.workOrder];
}
