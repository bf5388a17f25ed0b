// The event log: an append-only table written in the same transaction as the change it tells of (an outbox), and one
// tail per process that hands every committed event, in order, to whoever subscribed.
import type { BaseLogger } from 'pino';
import type { EventType, LoggedEvent, NewEvent } from '../contracts/events.ts';
import type { Database, Queryable, Transaction } from './database.ts';

/** Notified after each commit that appended events. */
const EVENTS_SIGNAL = 'event';

/** Key of the advisory lock that writers hold from taking a position to their commit. */
const APPEND_LOCK = 7_201_001;

interface Row {
  position: bigint;
  type: EventType;
  at: Date;
  recorded_at: Date;
  payload: LoggedEvent['payload'];
}

interface Appended {
  type: EventType;
  at: string;
  payload: string;
}

/**
 * Adds an event to the transaction; it is written just before COMMIT, under a lock that makes the order of positions
 * the order of commits, so that a reader that has seen position n never misses a smaller one. Taking that lock last
 * keeps it short and free of deadlocks with row locks.
 */
export function appendEvent<T extends EventType>(tx: Transaction, event: NewEvent<T>): void {
  tx.atCommit(writeEvents, { type: event.type, at: event.at, payload: JSON.stringify(event.payload) });
}

async function writeEvents(tx: Transaction, events: readonly Appended[]): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock($1)', [APPEND_LOCK]);
  await tx.prepared(
    'event-append',
    `INSERT INTO event (type, at, payload)
     SELECT type, at, payload
     FROM unnest($1::text[], $2::timestamptz[], $3::jsonb[]) WITH ORDINALITY AS e(type, at, payload, n) ORDER BY n`,
    [events.map((e) => e.type), events.map((e) => e.at), events.map((e) => e.payload)],
  );
  tx.notify(EVENTS_SIGNAL);
}

const toEvent = (row: Row): LoggedEvent =>
  ({
    position: Number(row.position),
    type: row.type,
    at: row.at.toISOString(),
    recordedAt: row.recorded_at.toISOString(),
    payload: row.payload,
  }) as LoggedEvent;

/** Events after `after`, oldest first, at most `limit`; only of `types` when given. */
export async function readEvents<T extends EventType = EventType>(
  db: Queryable,
  after: number,
  limit: number,
  types?: readonly T[],
): Promise<LoggedEvent<T>[]> {
  const { rows } = await db.prepared<Row>(
    'event-read',
    `SELECT position, type, at, recorded_at, payload FROM event
     WHERE position > $1 AND ($3::text[] IS NULL OR type = ANY ($3)) ORDER BY position LIMIT $2`,
    [after, limit, types ?? null],
  );
  return rows.map(toEvent) as LoggedEvent<T>[];
}

/** Position of the newest event, 0 of an empty log. */
export async function lastPosition(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ position: bigint | null }>('SELECT max(position) AS position FROM event');
  return Number(rows[0]?.position ?? 0);
}

export type EventListener = (events: readonly LoggedEvent[]) => void;

export interface EventLog {
  /** Looks for new events now; commits in this process do it by themselves. */
  wake(): void;
  /** Position up to which the tail has handed out events. */
  position(): number;
  read<T extends EventType = EventType>(after: number, limit: number, types?: readonly T[]): Promise<LoggedEvent<T>[]>;
  /** Hands over every event after the present position, in order, in batches; returns how to stop. */
  subscribe(listener: EventListener): () => void;
  close(): Promise<void>;
}

export interface EventLogOptions {
  database: Database;
  log: BaseLogger;
  /** How often to look for events of other processes. */
  pollMs?: number;
  /** Most events read at once. */
  batchLimit?: number;
}

export async function startEventLog({
  database,
  log,
  pollMs = 500,
  batchLimit = 1000,
}: EventLogOptions): Promise<EventLog> {
  const listeners = new Set<EventListener>();
  let position = await lastPosition(database);
  let isClosed = false;
  let isWoken = false;
  let tailing: Promise<void> | undefined;

  function handOut(events: readonly LoggedEvent[]): void {
    for (const listener of listeners) {
      try {
        listener(events);
      } catch (error) {
        log.error({ error }, 'an event listener failed');
      }
    }
  }

  async function tail(): Promise<void> {
    do {
      isWoken = false;
      const events = await readEvents(database, position, batchLimit);
      const last = events.at(-1);
      if (last === undefined || isClosed) continue;
      position = last.position;
      isWoken ||= events.length === batchLimit;
      handOut(events);
    } while (isWoken && !isClosed);
  }

  function wake(): void {
    isWoken = true;
    if (isClosed || tailing) return;
    tailing = tail()
      .catch((error: unknown) => {
        // Left to the next poll, so that a database that is away is not asked in a loop.
        isWoken = false;
        log.warn({ error }, 'the event log could not be read');
      })
      .finally(() => {
        tailing = undefined;
        if (isWoken) wake();
      });
  }

  const stopListening = database.onNotify(EVENTS_SIGNAL, wake);
  const poll = setInterval(wake, pollMs);
  return {
    wake,
    position: () => position,
    read: (after, limit, types) => readEvents(database, after, limit, types),
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async close() {
      isClosed = true;
      stopListening();
      clearInterval(poll);
      await tailing;
    },
  };
}
