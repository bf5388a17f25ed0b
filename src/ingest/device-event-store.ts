// Writes devices' own events; the same event sent again is the same row.
import type { EpochMs } from '../contracts/time.ts';
import type { Queryable } from '../db/database.ts';
import type { Work } from './work.ts';

export type EventWork = Extract<Work, { kind: 'event' }>;

export async function insertDeviceEvents(
  db: Queryable,
  works: readonly EventWork[],
  receivedAtMs: EpochMs,
): Promise<void> {
  await db.query(
    `INSERT INTO device_event (device_id, at, code, severity, text, payload, received_at)
     SELECT e.*, $7::timestamptz
     FROM unnest($1::int4[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::jsonb[]) AS e
     ON CONFLICT (device_id, at, code) DO NOTHING`,
    [
      works.map(({ device }) => device.id),
      works.map(({ at }) => new Date(at)),
      works.map(({ event }) => event.code),
      works.map(({ event }) => event.severity),
      works.map(({ event }) => event.text),
      works.map(({ event }) => (event.data === null ? null : JSON.stringify(event.data))),
      new Date(receivedAtMs),
    ],
  );
}
