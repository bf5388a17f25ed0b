// What a device says about itself. It is believed for its firmware and kept whole as attributes; serial and UDI it only
// fills in where nobody entered them: master data is for people to change.
import { type EpochMs, isoOf } from '../contracts/time.ts';
import type { Transaction } from '../db/database.ts';
import { appendEvent } from '../db/event-log.ts';
import { tellComponentChanges } from './component-changes.ts';

export interface ReportedMeta {
  firmware: string | null;
  /** Everything that was said, firmware included. */
  attributes: Readonly<Record<string, unknown>>;
}

/** Fields of the report that are columns, so not attributes. */
const COLUMNS = new Set(['firmware', 'serial', 'udi']);

const MAX_LENGTH = 64;

const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value.length > 0 && value.length <= MAX_LENGTH ? value : null;

/** Writes within the caller's transaction, a change of firmware also into the device's past; the revision grows only when a field
 * that people edit was filled in. */
export async function applyMeta(
  tx: Transaction,
  deviceId: number,
  { firmware, attributes }: ReportedMeta,
  atMs: EpochMs,
): Promise<void> {
  await tellComponentChanges(tx, deviceId, attributes.components, atMs);
  const kept = Object.fromEntries(Object.entries(attributes).filter(([field]) => !COLUMNS.has(field)));
  const { rows } = await tx.query<{ code: string }>(
    `WITH past AS (
       INSERT INTO device_firmware (device_id, at, firmware, previous)
       SELECT id, $6, $2, firmware FROM device WHERE id = $1 AND $2::text IS DISTINCT FROM firmware AND $2 IS NOT NULL
     )
     UPDATE device SET
       firmware = coalesce($2, firmware),
       attributes = attributes || $3::jsonb,
       serial = coalesce(serial, $4),
       udi_di = coalesce(udi_di, $5),
       revision = revision + (serial IS NULL AND $4 IS NOT NULL OR udi_di IS NULL AND $5 IS NOT NULL)::integer
     WHERE id = $1 AND (firmware, attributes, serial, udi_di) IS DISTINCT FROM
       (coalesce($2, firmware), attributes || $3::jsonb, coalesce(serial, $4), coalesce(udi_di, $5))
     RETURNING code`,
    [deviceId, firmware, JSON.stringify(kept), textOf(attributes.serial), textOf(attributes.udi), isoOf(atMs)],
  );
  const code = rows[0]?.code;
  if (code !== undefined) appendEvent(tx, { type: 'device.changed', at: isoOf(atMs), payload: { device: code } });
}
