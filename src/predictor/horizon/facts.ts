// What a horizon model is asked with, besides the readings as they come: a device's history until the model began to watch it, its
// events since, and what no happening tells. Live it is read as the database has it now.
import type { Product } from '../../contracts/product.ts';
import type { EpochMs } from '../../contracts/time.ts';
import type { Database } from '../../db/database.ts';
import type { UnitHistory } from '../core/horizon/history.ts';
import type { Statics } from '../core/horizon/rows.ts';
import { type DeviceRow, historyOf, staticsOf } from './device-history.ts';

export interface NumberedEvent {
  /** Grows in the order in which events came. */
  id: number;
  code: string;
  atMs: EpochMs;
}

export interface HorizonFacts {
  /** What had happened by `toMs` and was known by `receivedMs`. */
  history(deviceId: number, product: Product, known: { toMs: EpochMs; receivedMs: EpochMs }): Promise<UnitHistory>;
  /** Number of the newest event that had come by then; 0: none. */
  newestEvent(deviceId: number, receivedMs: EpochMs): Promise<number>;
  /** Events with a higher number that had come by then, in the order in which they came. */
  eventsAfter(deviceId: number, id: number, receivedMs: EpochMs): Promise<NumberedEvent[]>;
  statics(deviceId: number, atMs: EpochMs): Promise<Statics>;
}

export function storedFacts(database: Database): HorizonFacts {
  async function deviceRow(id: number): Promise<DeviceRow> {
    const text = 'SELECT id, code, installed_on::timestamptz AS installed_on, firmware, lot FROM device WHERE id = $1';
    return (await database.prepared<DeviceRow>('horizon-device', text, [id])).rows[0] as DeviceRow;
  }

  return {
    history: async (deviceId, product, { toMs, receivedMs }) =>
      historyOf(database, product, await deviceRow(deviceId), { fromMs: null, toMs, receivedMs }),
    async newestEvent(deviceId, receivedMs) {
      const text = 'SELECT max(id) AS id FROM device_event WHERE device_id = $1 AND received_at <= $2';
      const { rows } = await database.query<{ id: bigint | null }>(text, [deviceId, new Date(receivedMs)]);
      return Number(rows[0]?.id ?? 0);
    },
    async eventsAfter(deviceId, id, receivedMs) {
      const { rows } = await database.prepared<{ id: bigint; at: Date; code: string }>(
        'horizon-events',
        'SELECT id, at, code FROM device_event WHERE device_id = $1 AND id > $2 AND received_at <= $3 ORDER BY id',
        [deviceId, id, new Date(receivedMs)],
      );
      return rows.map((row) => ({ id: Number(row.id), code: row.code, atMs: row.at.getTime() }));
    },
    statics: async (deviceId) => staticsOf(await deviceRow(deviceId)),
  };
}
