// A consumer of the event log: handles every event of its types once, in order, in the same transaction that moves its
// cursor. An event that keeps failing is parked with its error and tried again later, never dropped.
import { setTimeout as sleep } from 'node:timers/promises';
import type { BaseLogger } from 'pino';
import type { EventType, LoggedEvent } from '../contracts/events.ts';
import type { Database, Transaction } from './database.ts';
import { isConnectionError } from './errors.ts';
import { type EventLog, lastPosition } from './event-log.ts';
import { parkEvent, retryParked } from './parked-events.ts';

const BATCH_LIMIT = 200;
const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 5_000;
const RETRY_PARKED_MS = 60_000;
/** Events of other types passed in memory before the stored cursor is moved past them too. */
const STORE_CURSOR_EVERY = 1_000;

export interface Consumer {
  readonly name: string;
  /** Position up to which everything is handled or parked. */
  position(): number;
  /** Resolves when every event that is in the log now is handled or parked, or the consumer is closed. */
  idle(): Promise<void>;
  /** Stops after the event in hand. */
  close(): Promise<void>;
}

export interface ConsumerOptions<T extends EventType> {
  database: Database;
  eventLog: EventLog;
  /** Names the durable cursor: it stays the same for the life of the data. */
  name: string;
  types: readonly T[];
  /** Everything it changes goes through `tx`; it is called again when the transaction did not commit. */
  handle: (tx: Transaction, event: LoggedEvent<T>) => Promise<void>;
  log: BaseLogger;
  /** How often parked events are tried again; the first time at the start. */
  retryParkedMs?: number;
  /** An event after which parked ones are tried again at once: it may have brought what they lacked. */
  bringsWhatLacked?: (event: LoggedEvent) => boolean;
}

async function loadCursor(database: Database, name: string, types: readonly EventType[]): Promise<number> {
  const { rows } = await database.query<{ position: bigint }>(
    `INSERT INTO consumer (name, types) VALUES ($1, $2)
     ON CONFLICT (name) DO UPDATE SET types = excluded.types RETURNING position`,
    [name, types],
  );
  return Number(rows[0]?.position ?? 0);
}

/** Moves the cursor and locks its row; false when another process has passed `position` already. */
async function advance(tx: Transaction, name: string, position: number): Promise<boolean> {
  const text = 'UPDATE consumer SET position = $2 WHERE name = $1 AND position < $2';
  const { rowCount } = await tx.prepared('consumer-advance', text, [name, position]);
  return rowCount === 1;
}

interface Retry {
  /** How many errors other than a connection's are too many. */
  limit: number;
  signal: AbortSignal;
  onError: (error: unknown) => void;
}

/** Repeats `work` until it succeeds; gives back the last error when there were too many or it was told to stop. */
async function retry(
  work: () => Promise<void>,
  { limit, signal, onError }: Retry,
): Promise<{ error: unknown } | undefined> {
  let failures = 0;
  for (let attempt = 0; ; attempt += 1) {
    try {
      await work();
      return undefined;
    } catch (error) {
      if (!isConnectionError(error)) failures += 1;
      if (failures >= limit || signal.aborted) return { error };
      onError(error);
    }
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS);
    await sleep(pauseMs, undefined, { signal }).catch(() => {});
  }
}

export async function startConsumer<T extends EventType>(options: ConsumerOptions<T>): Promise<Consumer> {
  const { database, eventLog, name, types, handle, log, retryParkedMs = RETRY_PARKED_MS, bringsWhatLacked } = options;
  const stop = new AbortController();
  const { signal } = stop;
  let position = await loadCursor(database, name, types);
  let storedPosition = position;
  let wake: (() => void) | undefined;
  let isWoken = true;
  let wakeParked: (() => void) | undefined;
  let isParkedWoken = false;
  let waiters: { target: number; resolve: () => void }[] = [];

  const onError = (error: unknown) =>
    log.warn({ consumer: name, position, error }, 'a consumer failed and tries again');

  function moveTo(next: number): void {
    position = Math.max(position, next);
    const done = waiters.filter((waiter) => waiter.target <= position);
    waiters = waiters.filter((waiter) => waiter.target > position);
    for (const waiter of done) waiter.resolve();
  }

  const handleOnce = (event: LoggedEvent<T>): Promise<void> =>
    database.transaction(async (tx) => {
      if (await advance(tx, name, event.position)) await handle(tx, event);
    });

  const park = (event: LoggedEvent<T>, error: unknown): Promise<void> =>
    database.transaction(async (tx) => {
      if (!(await advance(tx, name, event.position))) return;
      await parkEvent(tx, name, event.position, error);
      log.error({ consumer: name, position: event.position, type: event.type, error }, 'an event was parked');
    });

  async function settle(event: LoggedEvent<T>): Promise<void> {
    const failure = await retry(() => handleOnce(event), { limit: ATTEMPTS, signal, onError });
    if (failure && !signal.aborted) {
      await retry(() => park(event, failure.error), { limit: Number.POSITIVE_INFINITY, signal, onError });
    }
    if (signal.aborted && failure) return;
    storedPosition = event.position;
    moveTo(event.position);
  }

  /** Handles one batch; true when there may be more. */
  async function drain(): Promise<boolean> {
    // What the tail has passed before the read below is covered by it, whatever its type.
    const horizon = eventLog.position();
    const events = await eventLog.read(position, BATCH_LIMIT, types);
    for (const event of events) {
      if (signal.aborted) return false;
      await settle(event);
    }
    if (signal.aborted || events.length === BATCH_LIMIT) return true;
    moveTo(horizon);
    return false;
  }

  async function storeCursor(): Promise<void> {
    if (position <= storedPosition) return;
    const target = position;
    await database.transaction((tx) => advance(tx, name, target));
    storedPosition = target;
  }

  async function work(): Promise<void> {
    while (!signal.aborted && (await drain()));
    if (position - storedPosition >= STORE_CURSOR_EVERY) await storeCursor();
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      isWoken = false;
      await retry(work, { limit: Number.POSITIVE_INFINITY, signal, onError });
      if (!isWoken && !signal.aborted) await new Promise<void>((resolve) => void (wake = resolve));
      wake = undefined;
    }
  }

  async function runParked(): Promise<void> {
    while (!signal.aborted) {
      await retryParked({ ...options, signal }).catch(onError);
      await pauseParked();
    }
  }

  async function pauseParked(): Promise<void> {
    if (isParkedWoken) return void (isParkedWoken = false);
    const nap = new AbortController();
    wakeParked = () => nap.abort();
    await sleep(retryParkedMs, undefined, { signal: AbortSignal.any([signal, nap.signal]) }).catch(() => {});
    wakeParked = undefined;
    isParkedWoken = false;
  }

  function rouse(): void {
    isWoken = true;
    wake?.();
  }

  const unsubscribe = eventLog.subscribe((events) => {
    if (bringsWhatLacked && events.some(bringsWhatLacked)) {
      isParkedWoken = true;
      wakeParked?.();
    }
    const last = events.at(-1)?.position ?? 0;
    const isAsleep = wake !== undefined && !isWoken;
    const isForUs = events.some((event) => types.includes(event.type as T));
    if (isAsleep && !isForUs && last - storedPosition < STORE_CURSOR_EVERY) moveTo(last);
    else rouse();
  });
  const running = Promise.all([run(), runParked()]);

  return {
    name,
    position: () => position,
    async idle() {
      const target = await lastPosition(database);
      if (position >= target || signal.aborted) return;
      eventLog.wake();
      await new Promise<void>((resolve) => waiters.push({ target, resolve }));
    },
    async close() {
      unsubscribe();
      stop.abort();
      rouse();
      await running;
      for (const waiter of waiters) waiter.resolve();
    },
  };
}
