// Turns the event log's tail into changes, once for everybody: gathers what events touched, loads each record's view
// once a turn, hands the changes out in order. When the database is away it waits; nothing is skipped.
import type { FastifyBaseLogger } from 'fastify';
import type { LoggedEvent } from '../../contracts/events.ts';
import type { EventLog } from '../ports.ts';
import type { Outgoing } from './audience.ts';
import { loadChanges, type ViewPorts } from './changes.ts';
import type { Places } from './places.ts';
import { gather, outdatesViews, type TouchedAt } from './records.ts';

export interface FeedOptions {
  eventLog: EventLog;
  views: ViewPorts;
  places: Places;
  log: FastifyBaseLogger;
  /** Somebody listens; without listeners nothing is loaded. */
  isWatched: () => boolean;
  deliver: (changes: readonly Outgoing[]) => void;
  /** What was sent can no longer be kept up by changes: everybody, or those with a cut view, must take snapshots. */
  startOver: (whom: 'everybody' | 'cut-views') => void;
}

export interface Feed {
  /** Everything up to here was handed out. */
  position(): number;
  /** Where it began: nothing is known of what was sent before. */
  readonly startedAt: number;
  close(): Promise<void>;
}

/** Shortest time between two turns: under a storm of events views are loaded once a turn, not once an event. */
const TURN_MS = 100;
const RETRY_MS = [250, 500, 1000, 2000, 5000];
/** More touched records than this at once and snapshots are cheaper than changes. */
const PENDING_LIMIT = 20_000;

export function startFeed({ eventLog, views, places, log, isWatched, deliver, startOver }: FeedOptions): Feed {
  const startedAt = eventLog.position();
  let position = startedAt;
  let frontier = startedAt;
  let pending = new Map<string, TouchedAt>();
  let isOutdated = false;
  let isClosed = false;
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;
  let turning: Promise<void> | undefined;

  function take(events: readonly LoggedEvent[]): void {
    for (const event of events) {
      gather(pending, event);
      isOutdated ||= outdatesViews(event);
      frontier = event.position;
    }
    if (pending.size > PENDING_LIMIT) isOutdated = true;
    if (!timer && !turning) turn();
  }

  function turn(): void {
    timer = undefined;
    if (isClosed) return;
    if (position === frontier) return;
    turning = takeTurn().finally(() => {
      turning = undefined;
      if (isClosed) return;
      timer = setTimeout(turn, failures === 0 ? TURN_MS : (RETRY_MS[failures - 1] ?? RETRY_MS.at(-1)));
    });
  }

  async function takeTurn(): Promise<void> {
    const upTo = frontier;
    const entries = pending;
    pending = new Map();
    if (isOutdated || !isWatched()) {
      position = upTo;
      if (isOutdated) startOver('everybody');
      isOutdated = false;
      return;
    }
    try {
      const changes = await loadChanges([...entries.values()], views);
      failures = 0;
      if (isClosed) return;
      position = upTo;
      if (hasMoved(changes)) startOver('cut-views');
      deliver(changes);
    } catch (error) {
      failures += 1;
      log.warn({ err: error, failures }, 'live changes could not be loaded; trying again');
      // What came meanwhile is newer and wins, so old entries go in first.
      const newer = pending;
      pending = entries;
      for (const [key, entry] of newer) pending.set(key, entry);
    }
  }

  function hasMoved(changes: readonly Outgoing[]): boolean {
    let moved = false;
    for (const { message, place } of changes) {
      if (message.type === 'device.changed' && place !== 'everyone')
        moved = places.see(message.data.id, place) || moved;
    }
    return moved;
  }

  const unsubscribe = eventLog.subscribe(take);
  return {
    startedAt,
    position: () => position,
    async close() {
      isClosed = true;
      unsubscribe();
      clearTimeout(timer);
      await turning;
    },
  };
}
