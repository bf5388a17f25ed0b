// What a process remembers of the run of a period, to read and compute only what moved. All of it can be read again, and it
// counts only while the run in the database is of the revision it was written with.
import type { AllocationCycle, AllocationMethod, AllocationSegment } from '../contracts/http/allocation.ts';
import { driversOf } from './allocation-inputs.ts';
import type { FlowMemory, SettledMemory } from './allocation-results.ts';
import type { PoolEnds } from './core/allocation.ts';
import type { EndsOf, OwnCost } from './core/cycle-allocation.ts';
import { type DriverColumn, endsOf, isTimeDriven } from './core/cycle-network.ts';
import { createReceiverBook, type ReceiverBook } from './receiver-book.ts';
import type { ColumnMemory } from './stored-columns.ts';

export interface RunMemory {
  /** The run that the rest is of, and its revision when it was written. */
  runId: number;
  revision: string;
  cycle: AllocationCycle | null;
  own: readonly OwnCost[];
  settled: SettledMemory;
  flows: FlowMemory;
  columns: ColumnMemory;
  ends: Map<string, { columns: DriverColumn[]; ends: PoolEnds }>;
  book: ReceiverBook;
}

export const createRunMemory = (book = createReceiverBook()): RunMemory => ({
  runId: 0,
  revision: '',
  cycle: null,
  own: [],
  settled: new Map(),
  flows: new Map(),
  columns: new Map(),
  ends: new Map(),
  book,
});

/** All but the receivers, which never change, and columns, which have versions of their own. */
export function forgetRun(memory: RunMemory): void {
  memory.runId = 0;
  memory.revision = '';
  memory.cycle = null;
  memory.own = [];
  memory.settled = new Map();
  memory.flows = new Map();
  memory.ends.clear();
}

const isSameList = <List extends Int32Array | Float64Array>(a: List, b: List): boolean =>
  a === b || (a.length === b.length && a.every((value, index) => value === b[index]));

/** As it was where nothing is other than before; at least its list of receivers where that is the same. */
function asBefore(before: PoolEnds | undefined, found: PoolEnds): PoolEnds {
  if (before === undefined || !isSameList(before.receiverIds, found.receiverIds)) return found;
  const isSame = before.unusedWeight === found.unusedWeight && isSameList(before.weights, found.weights);
  return isSame ? before : { ...found, receiverIds: before.receiverIds };
}

/** Pools that are shared out alike have the same ends. */
const keyOfEnds = (segment: AllocationSegment, method: AllocationMethod, currency: string): string =>
  isTimeDriven(segment, method)
    ? JSON.stringify([segment, currency])
    : JSON.stringify([segment.driver, segment.filter, currency]);

/** `endsOf` that looks only at segments one of whose columns is another one, and tells whose ends that changed. */
export function endsRemembered({ ends: remembered }: RunMemory): {
  endsOf: EndsOf;
  isMoved: (pool: string, currency: string) => boolean;
} {
  const moved = new Set<string>();
  const keys = new Map<string, string>();
  return {
    isMoved: (pool, currency) => moved.has(keys.get(`${pool} ${currency}`) ?? ''),
    endsOf(segment, method, columnOf, receivers, currency) {
      const columns = driversOf(segment).map(columnOf);
      const key = keyOfEnds(segment, method, currency);
      keys.set(`${segment.pool} ${currency}`, key);
      const before = remembered.get(key);
      if (before?.columns.length === columns.length && before.columns.every((column, i) => column === columns[i]))
        return before.ends;
      const ends = asBefore(before?.ends, endsOf(segment, method, columnOf, receivers));
      if (ends !== before?.ends) moved.add(key);
      remembered.set(key, { columns, ends });
      return ends;
    },
  };
}
