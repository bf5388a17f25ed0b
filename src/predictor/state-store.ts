// Snapshots of device states, each written only over the version it was read from: who lost the race reads again.
import type { Queryable, Transaction } from '../db/database.ts';
import { type DeviceState, newDeviceState } from './core/state.ts';

export interface StoredState {
  version: number;
  state: DeviceState;
}

/** Another worker stored a newer state; this copy is to be dropped. */
export class LostRace extends Error {
  constructor(deviceId: number) {
    super(`a newer state of device ${deviceId} was stored by another worker`);
    this.name = 'LostRace';
  }
}

interface Row {
  version: number;
  snapshot: DeviceState;
}

const EPOCH = new Date(0);
/** State before the first reading has times no database knows; they are told by the snapshot itself. */
const storable = (ms: number): Date => (ms < 0 ? EPOCH : new Date(ms));

/** Version 0 = nothing is stored yet. */
export async function loadState(db: Queryable, deviceId: number): Promise<StoredState> {
  const text = 'SELECT version, snapshot FROM predictor_state WHERE device_id = $1';
  const row = (await db.prepared<Row>('predictor-state', text, [deviceId])).rows[0];
  return row ? { version: row.version, state: row.snapshot } : { version: 0, state: newDeviceState() };
}

/** Stores the state over `version` or throws `LostRace`; the new version is one more. */
export async function saveState(db: Queryable, deviceId: number, { version, state }: StoredState): Promise<void> {
  const { rowCount } = await db.prepared(
    'predictor-state-save',
    `INSERT INTO predictor_state AS s (device_id, version, watermark, measured_to, snapshot)
     VALUES ($1, $2 + 1, $3, $4, $5)
     ON CONFLICT (device_id) DO UPDATE SET version = excluded.version, watermark = excluded.watermark,
       measured_to = excluded.measured_to, snapshot = excluded.snapshot, stored_at = clock_timestamp()
     WHERE s.version = $2`,
    [deviceId, version, storable(state.watermarkMs), storable(state.measuredToMs), JSON.stringify(state)],
  );
  if (rowCount !== 1) throw new LostRace(deviceId);
}

/** Changes the stored state whoever holds a copy of it; copies lose their next race and are read again. */
export async function changeState(
  tx: Transaction,
  deviceId: number,
  change: (state: DeviceState) => void,
): Promise<void> {
  const text = 'SELECT version, snapshot FROM predictor_state WHERE device_id = $1 FOR UPDATE';
  const row = (await tx.query<Row>(text, [deviceId])).rows[0];
  const stored = row ? { version: row.version, state: row.snapshot } : { version: 0, state: newDeviceState() };
  change(stored.state);
  await saveState(tx, deviceId, stored);
}
