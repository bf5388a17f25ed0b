// What the courier writes down: which command of a device is next, that it is sent, that the device has it. Everything
// is locked in the order of ids, or skipped where somebody else has it, so that writers never wait in a circle.
import { COMMAND_STEPS, type CommandState } from '../../contracts/commands.ts';
import type { EpochMs } from '../../contracts/time.ts';
import type { Database } from '../../db/database.ts';
import { tellStep } from './command-rows.ts';

export interface Dispatch {
  id: bigint;
  request: string;
  device: string;
  name: string;
  args: Record<string, unknown>;
  /** Counting this one. */
  attempts: number;
}

interface TakenRow extends Dispatch {
  was: CommandState;
}

/** The oldest undelivered command of each device, marked as sent: from here on the device may have it. */
export function takeNext(database: Database, devices: readonly string[], nowMs: EpochMs): Promise<Dispatch[]> {
  const { from, to } = COMMAND_STEPS.send;
  return database.transaction(async (tx) => {
    const { rows } = await tx.prepared<TakenRow>(
      'command-take',
      `WITH head AS (
         SELECT DISTINCT ON (c.device_id) c.id FROM device_command c JOIN device d ON d.id = c.device_id
         WHERE d.code = ANY ($1) AND c.state = ANY ($2) AND c.deadline_at > $3
         ORDER BY c.device_id, c.id
       ), taken AS (
         SELECT c.id, c.state AS was FROM device_command c
         WHERE c.id IN (SELECT id FROM head) AND c.state = ANY ($2) ORDER BY c.id FOR UPDATE SKIP LOCKED
       )
       UPDATE device_command c SET state = $4, sent_at = coalesce(c.sent_at, $3), attempts = c.attempts + 1
       FROM taken, device d WHERE c.id = taken.id AND d.id = c.device_id
       RETURNING c.id, c.request, d.code AS device, c.name, c.args, c.attempts, taken.was`,
      [devices, from, new Date(nowMs), to],
    );
    for (const { request, device, was } of rows) {
      tellStep(tx, { request, device, from: was, to, actor: 'system' }, nowMs);
    }
    return rows;
  });
}

/** The devices acknowledged these: from now on a reply is waited for. What is settled by then stays as it is. */
export function markDelivered(database: Database, ids: readonly bigint[], nowMs: EpochMs): Promise<void> {
  const { from, to } = COMMAND_STEPS.deliver;
  return database.transaction(async (tx) => {
    const { rows } = await tx.prepared<{ request: string; device: string }>(
      'command-delivered',
      `WITH sent AS (SELECT id FROM device_command WHERE id = ANY ($1) AND state = ANY ($2) ORDER BY id FOR UPDATE)
       UPDATE device_command c SET state = $4, delivered_at = $3,
         deadline_at = $3::timestamptz + c.reply_within_s * interval '1 second'
       FROM sent, device d WHERE c.id = sent.id AND d.id = c.device_id
       RETURNING c.request, d.code AS device`,
      [ids, from, new Date(nowMs), to],
    );
    for (const { request, device } of rows) {
      tellStep(tx, { request, device, from: 'sent', to, actor: device }, nowMs);
    }
  });
}
