// Ends what nobody waits for any longer: a command that was not delivered in time expires, one that was not answered in
// time has timed out. Any number of processes may look; each command is ended once.
import type { BaseLogger } from 'pino';
import { COMMAND_STEPS, type CommandState } from '../../contracts/commands.ts';
import type { Clock, EpochMs } from '../../contracts/time.ts';
import type { Database } from '../../db/database.ts';
import { tellStep } from './command-rows.ts';

/** Commands ended in one transaction. */
const BATCH_LIMIT = 500;

interface EndedRow {
  request: string;
  device: string;
  was: CommandState;
  state: CommandState;
}

/** How many were ended; more may be left when it is `BATCH_LIMIT`. */
export function endOverdue(database: Database, nowMs: EpochMs): Promise<number> {
  const timeOut = COMMAND_STEPS['time-out'];
  return database.transaction(async (tx) => {
    const { rows } = await tx.prepared<EndedRow>(
      'command-deadlines',
      `WITH overdue AS (
         SELECT id, state AS was FROM device_command WHERE deadline_at <= $1
         ORDER BY id LIMIT ${BATCH_LIMIT} FOR UPDATE SKIP LOCKED
       )
       UPDATE device_command c SET state = CASE WHEN overdue.was = ANY ($2) THEN $3 ELSE $4 END,
         settled_at = $1, deadline_at = NULL
       FROM overdue, device d WHERE c.id = overdue.id AND d.id = c.device_id
       RETURNING c.request, d.code AS device, overdue.was, c.state`,
      [new Date(nowMs), timeOut.from, timeOut.to, COMMAND_STEPS.expire.to],
    );
    for (const { request, device, was, state } of rows) {
      tellStep(tx, { request, device, from: was, to: state, actor: 'system' }, nowMs);
    }
    return rows.length;
  });
}

export interface Deadlines {
  close(): Promise<void>;
}

export interface DeadlineOptions {
  database: Database;
  clock: Clock;
  log: BaseLogger;
  everyMs: number;
}

export function watchDeadlines({ database, clock, log, everyMs }: DeadlineOptions): Deadlines {
  let running: Promise<void> | undefined;

  async function endAll(): Promise<void> {
    while ((await endOverdue(database, clock.now())) === BATCH_LIMIT);
  }

  function tick(): void {
    running ??= endAll()
      .catch((error: unknown) => log.warn({ error }, 'overdue commands could not be ended; trying again'))
      .finally(() => {
        running = undefined;
      });
  }

  const timer = setInterval(tick, everyMs);
  return {
    async close() {
      clearInterval(timer);
      await running;
    },
  };
}
