// Who a device is, from memory: asked for every message, so it answers at once. Entries come in when a device signs in
// or is asked for, and are read again when the device, its product, customer, contract or station changes - here at
// once, in other processes when they read of it in the event log.
import { setTimeout as sleep } from 'node:timers/promises';
import type { BaseLogger } from 'pino';
import type { LoggedEvent } from '../contracts/events.ts';
import type { Database } from '../db/database.ts';
import type { EventLog } from '../db/event-log.ts';
import { createBatchLane } from '../db/batch-lane.ts';
import { createBoundedCache } from './bounded-cache.ts';
import { type CatalogueEntry, type DirectoryEntry, readCatalogue, readEntries } from './directory-rows.ts';

export interface Directory {
  /** From memory only; `null` when it was never loaded, or long ago (see `limit`). A device that signed in is there. */
  find(code: string): DirectoryEntry | null;
  /** From memory or else the database; `null` when there is no such device. */
  load(code: string): Promise<DirectoryEntry | null>;
  /** Reads again what a change of `noun` `code` touches; resolves when memory shows the change. */
  refresh(noun: string, code: string): Promise<void>;
  close(): void;
}

export interface DirectoryOptions {
  database: Database;
  eventLog: EventLog | undefined;
  log: BaseLogger;
  /** Most devices kept in memory: more than sign in to one process. */
  limit?: number;
}

const RETRY_PAUSE_MS = 1_000;

interface Changed {
  noun: string;
  code: string;
}

/** Whether a change of master data shows in an entry. */
function isTouched({ dimensions, product }: DirectoryEntry, { noun, code }: Changed): boolean {
  if (noun === 'product') return product.code === code;
  if (noun === 'customer') return dimensions.customer === code;
  if (noun === 'contract') return dimensions.contract === code;
  return noun === 'station' && dimensions.station === code;
}

export function createDirectory({ database, eventLog, log, limit = 20_000 }: DirectoryOptions): Directory {
  const entries = createBoundedCache<string, DirectoryEntry>(limit);
  let catalogue = new Map<string, CatalogueEntry>();
  /** Being read now: a change that comes in meanwhile may not be in what they read. */
  let inFlight: ReadonlySet<string> = new Set();
  const stop = new AbortController();

  async function catalogueOf(codes: readonly string[]) {
    // Taken once: a refresh replaces it, and what is read here then dies with the old one.
    const products = catalogue;
    const missing = codes.filter((code) => !products.has(code));
    if (missing.length > 0) {
      for (const entry of await readCatalogue(database, missing)) products.set(entry.product.code, entry);
    }
    return (code: string) => products.get(code);
  }

  const read = createBatchLane<string, DirectoryEntry | null>(async (codes) => {
    inFlight = new Set(codes);
    try {
      const found = new Map<string, DirectoryEntry>();
      for (const entry of await readEntries(database, [...inFlight], catalogueOf)) found.set(entry.code, entry);
      for (const entry of found.values()) entries.set(entry.code, entry);
      return codes.map((code) => found.get(code) ?? null);
    } finally {
      inFlight = new Set();
    }
  });

  /** Until it succeeds: an old entry must not stay because the database was away for a moment. */
  async function readAgain(codes: readonly string[]): Promise<void> {
    while (!stop.signal.aborted) {
      try {
        await Promise.all(codes.map(read));
        return;
      } catch (error) {
        log.warn({ devices: codes.length, error }, 'the device directory could not be refreshed and tries again');
        await sleep(RETRY_PAUSE_MS, undefined, { signal: stop.signal }).catch(() => {});
      }
    }
  }

  async function refresh(changes: readonly Changed[]): Promise<void> {
    // What is being read now is read once more after it: the lane takes its batches one after the other.
    const codes = new Set(inFlight);
    for (const { noun, code } of changes) if (noun === 'device' && entries.get(code)) codes.add(code);
    const shared = changes.filter(({ noun }) => noun !== 'device');
    if (shared.some(({ noun }) => noun === 'product')) catalogue = new Map();
    if (shared.length > 0) {
      for (const entry of entries.values())
        if (shared.some((change) => isTouched(entry, change))) codes.add(entry.code);
    }
    if (codes.size > 0) await readAgain([...codes]);
  }

  const changesOf = (event: LoggedEvent): Changed[] => {
    if (event.type === 'device.changed') return [{ noun: 'device', code: event.payload.device }];
    if (event.type === 'registry.changed') return [{ noun: event.payload.resource, code: event.payload.code }];
    return [];
  };
  const unsubscribe = eventLog?.subscribe((events) => {
    const changes = events.flatMap(changesOf);
    if (changes.length > 0) void refresh(changes);
  });

  return {
    find: (code) => entries.get(code) ?? null,
    load: async (code) => entries.get(code) ?? read(code),
    refresh: (noun, code) => refresh([{ noun, code }]),
    close() {
      unsubscribe?.();
      stop.abort();
    },
  };
}
