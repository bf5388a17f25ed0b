// The first answer to a subscription: the present views of a topic within the person's cut of the house.
import { mayDo, type Principal } from '../../contracts/access.ts';
import type { Page } from '../../contracts/http/page.ts';
import type { LiveTopic, Snapshots } from '../../contracts/live.ts';
import { Problem } from '../../contracts/problems.ts';
import { type Clock, periodOf } from '../../contracts/time.ts';
import type { ApiPorts } from '../ports.ts';
import { placeOf } from './changes.ts';
import type { Places } from './places.ts';

export type Snapshot = Snapshots[keyof Snapshots];
export type SnapshotPorts = Pick<ApiPorts, 'devices' | 'alerts' | 'workOrders' | 'imports' | 'telemetry'>;

const PAGE = 500;
/** Records in one snapshot; a longer list is marked as cut and paged over HTTP. */
const RECORD_LIMIT = 20_000;
const IMPORTS = 20;

export interface SnapshotOptions {
  ports: SnapshotPorts;
  places: Places;
  clock: Clock;
}

/** Throws Problem `not-found` for a device outside the person's view. */
export async function loadSnapshot(
  topic: LiveTopic,
  principal: Principal,
  { ports, places, clock }: SnapshotOptions,
): Promise<Snapshot> {
  const { scope } = principal;
  switch (topic) {
    case 'fleet': {
      const { records: devices, isTruncated } = await all((page) => ports.devices.list(page, scope));
      for (const device of devices) places.see(device.id, placeOf(device));
      const { items: imports } = await ports.imports.list({ limit: IMPORTS });
      return { devices, imports, ...truncated(isTruncated) };
    }
    case 'alerts': {
      const { records: alerts, isTruncated } = await all((page) => ports.alerts.list({ ...page, open: true }, scope));
      for (const alert of alerts) places.see(alert.device, placeOf(alert));
      return { alerts, ...truncated(isTruncated) };
    }
    case 'work-orders': {
      const jobs = await all((page) => ports.workOrders.list({ ...page, open: true }, scope));
      return { workOrders: jobs.records, ...truncated(jobs.isTruncated) };
    }
    case 'rules':
      return {};
    case 'costs':
      return { period: periodOf(clock.now()) };
    default: {
      const device = await ports.devices.one(topic.slice('device:'.length), scope);
      if (!device) throw new Problem('not-found', 'There is no such device, or it lies outside your view');
      places.see(device.id, placeOf(device));
      const latest = mayDo(principal.role, 'telemetry:read') ? await ports.telemetry.latest(device.id) : [];
      return { device, latest };
    }
  }
}

const truncated = (isTruncated: boolean): { truncated?: true } => (isTruncated ? { truncated: true } : {});

async function all<T>(
  read: (page: { limit: number; cursor?: string }) => Promise<Page<T>>,
): Promise<{ records: T[]; isTruncated: boolean }> {
  const records: T[] = [];
  let cursor: string | null | undefined;
  do {
    const page: Page<T> = await read({ limit: PAGE, ...(cursor ? { cursor } : {}) });
    records.push(...page.items);
    cursor = page.next;
  } while (cursor !== null && records.length < RECORD_LIMIT);
  return { records, isTruncated: cursor !== null };
}
