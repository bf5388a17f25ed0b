// Holds payloads that could not be stored, whole and with the reason. The same payload again is the same entry, counted.
import { createHash } from 'node:crypto';
import { isoOf, type EpochMs } from '../contracts/time.ts';
import type { Queryable, Transaction } from '../db/database.ts';
import { appendEvent } from '../db/event-log.ts';
import type { Refusal } from './decoders/decoded.ts';
import type { UpMessage } from './ports.ts';

export interface HeldMessage {
  message: UpMessage;
  refusal: Refusal;
}

const DETAIL_LIMIT = 1_000;

interface Entry extends HeldMessage {
  hash: Buffer;
  seen: number;
}

/** One statement cannot touch one entry twice, so repeats within the batch are counted first. */
function gather(held: readonly HeldMessage[]): Entry[] {
  const entries = new Map<string, Entry>();
  for (const { message, refusal } of held) {
    const hash = createHash('sha256').update(message.payload).digest();
    const key = `${message.topic}\n${hash.toString('hex')}`;
    const known = entries.get(key);
    if (known) known.seen += 1;
    else entries.set(key, { message, refusal, hash, seen: 1 });
  }
  return [...entries.values()];
}

export async function quarantine(tx: Transaction, held: readonly HeldMessage[], receivedAtMs: EpochMs): Promise<void> {
  const entries = gather(held);
  const { rows } = await tx.query<{ id: bigint; device_code: string; reason: string; is_new: boolean }>(
    `INSERT INTO quarantine (device_code, topic, payload, payload_hash, reason, detail, seen, received_at)
     SELECT q.*, $8::timestamptz
     FROM unnest($1::text[], $2::text[], $3::bytea[], $4::bytea[], $5::text[], $6::text[], $7::int[]) AS q
     ON CONFLICT (device_code, topic, payload_hash) DO UPDATE SET seen = quarantine.seen + EXCLUDED.seen
     RETURNING id, device_code, reason, xmax = 0 AS is_new`,
    [
      entries.map(({ message }) => message.device),
      entries.map(({ message }) => message.topic),
      entries.map(({ message }) => message.payload),
      entries.map(({ hash }) => hash),
      entries.map(({ refusal }) => refusal.reason),
      entries.map(({ refusal }) => storable(refusal.detail)),
      entries.map(({ seen }) => seen),
      new Date(receivedAtMs),
    ],
  );
  for (const row of rows) {
    if (!row.is_new) continue;
    appendEvent(tx, {
      type: 'telemetry.quarantined',
      at: isoOf(receivedAtMs),
      payload: { quarantineId: Number(row.id), device: row.device_code, reason: row.reason },
    });
  }
}

/** The entry of a payload that is held, by what makes it one entry. */
export async function findHeld(db: Queryable, device: string, topic: string, hash: Buffer): Promise<number | null> {
  const { rows } = await db.query<{ id: bigint }>(
    `SELECT id FROM quarantine WHERE device_code = $1 AND topic = $2 AND payload_hash = $3 AND state = 'held'`,
    [device, topic, hash],
  );
  return rows[0] ? Number(rows[0].id) : null;
}

/** A detail may quote the payload; it must not be refused for what it quotes. */
const storable = (detail: string): string => detail.slice(0, DETAIL_LIMIT).replace(/[\0\p{Cs}]/gu, '\ufffd');
