// Keeps the records of the topics a role may see current while somebody is signed in, and forgets them after.
import { effect, type ReadonlySignal, signal } from '@preact/signals';
import type { Permission } from '../../contracts/access.ts';
import type { Alert } from '../../contracts/http/alerts.ts';
import type { Device } from '../../contracts/http/devices.ts';
import type { Import } from '../../contracts/http/system.ts';
import type { WorkOrder } from '../../contracts/http/work-orders.ts';
import type { LiveTopic, Snapshots } from '../../contracts/live.ts';
import { createLive, type Live, type LiveOptions } from '../live/live.ts';
import { createRecordStore, type RecordStore } from './record-store.ts';
import type { ApiClient, Query } from '../api-client.ts';
import type { Page } from '../../contracts/http/page.ts';
import type { Session } from './session.ts';

export interface Arrival {
  alert: Alert;
  atMs: number;
}
export interface LiveStores {
  live: ReadonlySignal<Live | null>;
  devices: RecordStore<Device>;
  alerts: RecordStore<Alert>;
  workOrders: RecordStore<WorkOrder>;
  imports: RecordStore<Import>;
  /** Grows whenever costs moved: screens read their own numbers again. */
  costsVersion: ReadonlySignal<number>;
  /** Grows whenever somebody wrote or decided about an alarm rule. */
  rulesVersion: ReadonlySignal<number>;
  /** The newest alert raised while this person was watching: said aloud by screen readers, marked in its list. */
  newestAlert: ReadonlySignal<Arrival | null>;
}

/** Rows of one page when a snapshot did not hold everything. */
const PAGE_SIZE = 500;

export function createLiveStores(session: Session, api: ApiClient, options: LiveOptions): LiveStores {
  const live = signal<Live | null>(null);
  const devices = createRecordStore<Device>();
  const alerts = createRecordStore<Alert>();
  const workOrders = createRecordStore<WorkOrder>();
  const imports = createRecordStore<Import>();
  const costsVersion = signal(0);
  const rulesVersion = signal(0);
  const newestAlert = signal<Arrival | null>(null);

  /** A snapshot holds so many records; the rest is paged over HTTP. What changed meanwhile is newer and stays. */
  async function readRest<T extends { id: string | number; revision?: number }>(
    path: string,
    query: Query,
    store: RecordStore<T>,
  ): Promise<void> {
    let cursor: string | null = null;
    do {
      const page: Page<T> = await api.get<Page<T>>(path, { ...query, limit: PAGE_SIZE, cursor });
      store.patchAll(page.items);
      cursor = page.next;
    } while (cursor !== null && session.person.value !== null);
  }
  const readRestOf = <T extends { id: string | number; revision?: number }>(
    snapshot: { truncated?: true },
    path: string,
    query: Query,
    store: RecordStore<T>,
  ): void => {
    // Without the rest the newest records are on screen and live; the next snapshot tries again.
    if (snapshot.truncated) void readRest(path, query, store).catch(() => undefined);
  };

  function watchAll(connection: Live): void {
    const watch = <T extends Exclude<LiveTopic, `device:${string}`>>(
      topic: T,
      permission: Permission,
      onSnapshot: (snapshot: Snapshots[T]) => void,
    ): void => {
      if (!session.can(permission)) return;
      connection.watch(topic, {
        onSnapshot: (snapshot) => onSnapshot(snapshot as Snapshots[T]),
        onChange(change) {
          if (change.type === 'device.changed') devices.patch(change.data);
          else if (change.type === 'alert.changed') {
            const hasEnded = change.data.state === 'resolved' || change.data.state === 'closed';
            const isNew = !hasEnded && !alerts.byId.value.has(change.data.id);
            if (isNew) newestAlert.value = { alert: change.data, atMs: Date.now() };
            alerts.patch(change.data);
          } else if (change.type === 'work-order.changed') workOrders.patch(change.data);
          else if (change.type === 'import.progressed') imports.patch(change.data);
          else if (change.type === 'costs.changed') costsVersion.value += 1;
          else if (change.type === 'rule.changed') rulesVersion.value += 1;
        },
      });
    };
    watch('fleet', 'fleet:read', (snapshot) => {
      devices.replace(snapshot.devices);
      imports.replace(snapshot.imports);
      readRestOf(snapshot, '/devices', {}, devices);
    });
    watch('alerts', 'alerts:read', (snapshot) => {
      alerts.replace(snapshot.alerts);
      readRestOf(snapshot, '/alerts', { open: true }, alerts);
    });
    watch('work-orders', 'work-orders:read', (snapshot) => {
      workOrders.replace(snapshot.workOrders);
      readRestOf(snapshot, '/work-orders', { open: true }, workOrders);
    });
    watch('costs', 'costs:read', () => {
      costsVersion.value += 1;
    });
    watch('rules', 'rules:read', () => {
      rulesVersion.value += 1;
    });
  }

  effect(() => {
    const person = session.person.value;
    if (person === null) return undefined;
    const connection = createLive(options);
    live.value = connection;
    watchAll(connection);
    return () => {
      connection.close();
      live.value = null;
      newestAlert.value = null;
      for (const store of [devices, alerts, workOrders, imports]) store.clear();
    };
  });
  return { live, devices, alerts, workOrders, imports, costsVersion, rulesVersion, newestAlert };
}
