// Committed readings that wait to be judged, by device, within a bound. Beyond it a device's readings are let go from memory
// and the device is marked to be read from the database: nothing is lost, memory is.
import type { CommittedBatch, Reading } from '../contracts/readings.ts';
import type { Slice } from './core/assess.ts';

export interface Waiting {
  slices: Slice[];
  /** The database has readings of it that are not in `slices`. */
  isBehind: boolean;
}

export interface Inbox {
  put(batch: CommittedBatch): void;
  /** The device has to catch up from the database. */
  markBehind(device: string): void;
  /** The longest waiting device that is not in `busy`, taken out. */
  take(busy: ReadonlySet<string>): { device: string; waiting: Waiting } | null;
  /** Whether `take` would give something. */
  hasWork(busy: ReadonlySet<string>): boolean;
  readings(): number;
  isEmpty(): boolean;
}

export function createInbox(limit: number, onOverflow: () => void): Inbox {
  const waiting = new Map<string, Waiting>();
  let readings = 0;

  function entryOf(device: string): Waiting {
    let entry = waiting.get(device);
    if (entry === undefined) waiting.set(device, (entry = { slices: [], isBehind: false }));
    return entry;
  }

  function letGo(entry: Waiting): void {
    readings -= countOf(entry.slices);
    entry.slices = [];
    entry.isBehind = true;
  }

  function add(device: string, slice: Slice): void {
    const entry = entryOf(device);
    if (entry.isBehind) return;
    if (readings + slice.readings.length > limit) {
      letGo(entry);
      onOverflow();
      return;
    }
    entry.slices.push(slice);
    readings += slice.readings.length;
  }

  return {
    put({ receivedAtMs, readings: batch }) {
      for (let from = 0; from < batch.length; ) {
        const device = (batch[from] as Reading).deviceId;
        let to = from + 1;
        while (to < batch.length && (batch[to] as Reading).deviceId === device) to++;
        add(device, { receivedAtMs, readings: batch.slice(from, to) });
        from = to;
      }
    },
    markBehind: (device) => letGo(entryOf(device)),
    take(busy) {
      for (const [device, entry] of waiting) {
        if (busy.has(device)) continue;
        waiting.delete(device);
        readings -= countOf(entry.slices);
        return { device, waiting: entry };
      }
      return null;
    },
    hasWork(busy) {
      for (const device of waiting.keys()) if (!busy.has(device)) return true;
      return false;
    },
    readings: () => readings,
    isEmpty: () => waiting.size === 0,
  };
}

const countOf = (slices: readonly Slice[]): number => slices.reduce((sum, slice) => sum + slice.readings.length, 0);
