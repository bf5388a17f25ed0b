// Devices: registered, edited and read. What they report by themselves (presence, firmware) is in files of its own.
import { EVERYTHING, type Scope } from '../contracts/access.ts';
import type { Device, DevicePatch, DeviceQuery, NewDevice, TimelineEntry } from '../contracts/http/devices.ts';
import type { Page } from '../contracts/http/page.ts';
import { Problem } from '../contracts/problems.ts';
import { type EpochMs, isoOf } from '../contracts/time.ts';
import type { Transaction } from '../db/database.ts';
import { appendEvent } from '../db/event-log.ts';
import { DEVICE_REFERENCES, deviceColumns, refuseForeignPlaces } from './device-columns.ts';
import { applyMeta, type ReportedMeta } from './device-meta.ts';
import { listDevices, manyDevices, oneDevice } from './device-view.ts';
import { insertRow, type MasterDataOptions, updateRow } from './master-data.ts';
import { keepPlacements } from './placements.ts';
import { createPresence, type Presence } from './presence.ts';
import { notFound, withRefusals } from './refusals.ts';
import { expectRevision } from './revisions.ts';
import { deviceTimeline, type TimelineQuery } from './timeline.ts';

export interface Devices {
  list(query: DeviceQuery, scope: Scope): Promise<Page<Device>>;
  one(code: string, scope: Scope): Promise<Device>;
  /** Those that exist, in no promised order. */
  many(codes: readonly string[]): Promise<Device[]>;
  create(device: NewDevice): Promise<Device>;
  patch(code: string, changes: DevicePatch, expectedRevision?: number): Promise<Device>;
  timeline(code: string, query: TimelineQuery): Promise<TimelineEntry[]>;
  readonly presence: Presence;
  /** Within the transaction that makes the device's message durable. */
  applyMeta(tx: Transaction, deviceId: number, meta: ReportedMeta, atMs: EpochMs): Promise<void>;
}

const writtenOf = (code: string, device: DevicePatch) => ({
  noun: 'device',
  table: 'device',
  code,
  columns: deviceColumns(device),
  references: DEVICE_REFERENCES,
});

/** What decides what a device counts to. */
const PLACED_BY = ['product', 'customer', 'contract', 'station', 'lifecycle'] as const satisfies (keyof DevicePatch)[];

export function createDevices({ database, clock, onChanged }: MasterDataOptions): Devices {
  async function create({ id, ...device }: NewDevice): Promise<Device> {
    const written = writtenOf(id, device);
    const atMs = clock.now();
    await withRefusals(written, () =>
      database.transaction(async (tx) => {
        await insertRow(tx, 'device', { code: id, ...written.columns, registered_at: isoOf(atMs) });
        await refuseForeignPlaces(tx, id);
        appendEvent(tx, { type: 'device.registered', at: isoOf(atMs), payload: { device: id } });
      }),
    );
    return oneDevice(database, id, EVERYTHING);
  }

  async function edit(tx: Transaction, code: string, changes: DevicePatch, expectedRevision?: number): Promise<void> {
    const { rows } = await tx.query<{ revision: number; lifecycle: string; product: string }>(
      'SELECT revision, lifecycle, product_code AS product FROM device WHERE code = $1 FOR UPDATE',
      [code],
    );
    const before = rows[0];
    if (!before) throw notFound('device', code);
    expectRevision('device', code, before.revision, expectedRevision);
    const { lifecycle = before.lifecycle } = changes;
    if (before.lifecycle === 'decommissioned' && lifecycle !== before.lifecycle) {
      throw new Problem('transition-refused', `device ${code} is decommissioned for good; register it under a new id`);
    }
    const { columns } = writtenOf(code, changes);
    const atMs = clock.now();
    if (PLACED_BY.some((field) => changes[field] !== undefined)) await keepPlacements(tx, 'device', code, atMs);
    await updateRow(tx, 'device', code, { ...columns, revision: before.revision + 1 });
    await refuseForeignPlaces(tx, code);
    const at = isoOf(atMs);
    appendEvent(tx, { type: 'device.changed', at, payload: { device: code } });
    const { product: to = before.product } = changes;
    if (to !== before.product) {
      appendEvent(tx, { type: 'device.product-changed', at, payload: { device: code, from: before.product, to } });
    }
    // No token lets it in any more; a session that one of them opened ends too.
    if (lifecycle === 'decommissioned' && lifecycle !== before.lifecycle)
      appendEvent(tx, { type: 'device.credentials-revoked', at, payload: { device: code } });
  }

  return {
    list: (query, scope) => listDevices(database, query, scope),
    one: (code, scope) => oneDevice(database, code, scope),
    many: (codes) => manyDevices(database, codes),
    create,
    async patch(code, changes, expectedRevision) {
      await withRefusals(writtenOf(code, changes), () =>
        database.transaction((tx) => edit(tx, code, changes, expectedRevision)),
      );
      await onChanged('device', code);
      return oneDevice(database, code, EVERYTHING);
    },
    timeline: (code, query) => deviceTimeline(database, code, query),
    presence: createPresence({ database, clock }),
    applyMeta,
  };
}
