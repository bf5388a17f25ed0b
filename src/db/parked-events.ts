// Events a consumer could not handle: set aside with their error so that it can go on, and tried again from time to time,
// since what one lacked (a rate, a master record) is often there later. None is ever dropped.
import type { BaseLogger } from 'pino';
import type { EventType, LoggedEvent } from '../contracts/events.ts';
import type { Database, Transaction } from './database.ts';
import type { EventLog } from './event-log.ts';

/** Parked events tried in one round, those first that have waited longest for a try. */
const ROUND_LIMIT = 100;

const textOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

export async function parkEvent(tx: Transaction, consumer: string, position: number, error: unknown): Promise<void> {
  await tx.query('INSERT INTO consumer_failure (consumer, position, error) VALUES ($1, $2, $3)', [
    consumer,
    position,
    textOf(error),
  ]);
}

export interface ParkedOptions<T extends EventType> {
  database: Database;
  eventLog: EventLog;
  name: string;
  types: readonly T[];
  handle: (tx: Transaction, event: LoggedEvent<T>) => Promise<void>;
  log: BaseLogger;
  signal: AbortSignal;
}

/** One round over the parked events of a consumer; each is taken off the list in the transaction of its effect. */
export async function retryParked<T extends EventType>(options: ParkedOptions<T>): Promise<void> {
  const { database, name, log, signal } = options;
  const { rows } = await database.query<{ position: bigint }>(
    'SELECT position FROM consumer_failure WHERE consumer = $1 ORDER BY failed_at, position LIMIT $2',
    [name, ROUND_LIMIT],
  );
  for (const row of rows) {
    if (signal.aborted) return;
    const position = Number(row.position);
    try {
      if (await handleParked(options, position)) log.info({ consumer: name, position }, 'a parked event was handled');
    } catch (error) {
      await database.query(
        'UPDATE consumer_failure SET error = $3, failed_at = clock_timestamp() WHERE consumer = $1 AND position = $2',
        [name, position, textOf(error)],
      );
    }
  }
}

/** False when it was not there any more, or is of a type the consumer no longer handles. */
async function handleParked<T extends EventType>(options: ParkedOptions<T>, position: number): Promise<boolean> {
  const { database, eventLog, name, types, handle } = options;
  const [event] = await eventLog.read(position - 1, 1, types);
  if (event?.position !== position) return false;
  return database.transaction(async (tx) => {
    const { rowCount } = await tx.query('DELETE FROM consumer_failure WHERE consumer = $1 AND position = $2', [
      name,
      position,
    ]);
    if (rowCount !== 1) return false;
    await handle(tx, event);
    return true;
  });
}
