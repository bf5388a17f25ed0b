// Brings shelved alerts back when their time is over: noted in the history and told, so that queues and notifications go on.
// Any number of processes may look; each alert comes back once.
import type { BaseLogger } from 'pino';
import { type Clock, type EpochMs, isoOf } from '../contracts/time.ts';
import type { Database } from '../db/database.ts';
import { appendEvent } from '../db/event-log.ts';
import { writeChange } from './alert-store.ts';

/** Alerts brought back in one transaction. */
const BATCH_LIMIT = 200;
const SYSTEM = 'system';

/** How many came back; more may be left when it is `BATCH_LIMIT`. */
export function bringBack(database: Database, nowMs: EpochMs): Promise<number> {
  return database.transaction(async (tx) => {
    const { rows } = await tx.prepared<{ id: bigint; device: string }>(
      'alert-shelf',
      `UPDATE alert a SET shelved_until = NULL, revision = a.revision + 1 FROM device d
       WHERE d.id = a.device_id AND a.id IN (
         SELECT id FROM alert WHERE shelved_until <= $1 ORDER BY id LIMIT ${BATCH_LIMIT} FOR UPDATE SKIP LOCKED)
       RETURNING a.id, d.code AS device`,
      [new Date(nowMs)],
    );
    for (const { id, device } of rows) {
      const alertId = Number(id);
      await writeChange(tx, { alertId, atMs: nowMs, actor: SYSTEM, change: 'returned', note: null });
      const payload = { alertId, device, change: 'returned', actor: SYSTEM };
      appendEvent(tx, { type: 'alert.changed', at: isoOf(nowMs), payload });
    }
    return rows.length;
  });
}

export interface ShelfOptions {
  database: Database;
  clock: Clock;
  log: BaseLogger;
  everyMs: number;
}

export function watchShelf({ database, clock, log, everyMs }: ShelfOptions): { close(): Promise<void> } {
  let running: Promise<void> | undefined;

  async function all(): Promise<void> {
    while ((await bringBack(database, clock.now())) === BATCH_LIMIT);
  }

  const timer = setInterval(() => {
    running ??= all()
      .catch((error: unknown) => log.warn({ error }, 'shelved alerts could not be brought back; trying again'))
      .finally(() => {
        running = undefined;
      });
  }, everyMs);
  return {
    async close() {
      clearInterval(timer);
      await running;
    },
  };
}
