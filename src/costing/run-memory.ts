// What a process remembers of the run of a period, to read and compute only what moved. All of it can be read again, and it
// counts only while the run in the database is of the revision it was written with.
import type { AllocationCycle } from '../contracts/http/allocation.ts';
import { type ColumnMemory, driversOf } from './allocation-inputs.ts';
import type { FlowMemory, SettledMemory } from './allocation-results.ts';
import type { PoolEnds } from './core/allocation.ts';
import type { EndsOf, OwnCost } from './core/cycle-allocation.ts';
import { type DriverColumn, endsOf } from './core/cycle-network.ts';
import { createReceiverBook, type ReceiverBook } from './receiver-book.ts';

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

const isSameEnds = (a: PoolEnds, b: PoolEnds): boolean =>
  a.unusedWeight === b.unusedWeight &&
  a.receiverIds.length === b.receiverIds.length &&
  a.receiverIds.every((id, index) => id === b.receiverIds[index]) &&
  a.weights.every((weight, index) => weight === b.weights[index]);

/** `endsOf` that looks only at segments one of whose columns is another one, and tells whose ends that changed. */
export function endsRemembered({ ends: remembered }: RunMemory): {
  endsOf: EndsOf;
  isMoved: (pool: string, currency: string) => boolean;
} {
  const moved = new Set<string>();
  return {
    isMoved: (pool, currency) => moved.has(`${pool} ${currency}`),
    endsOf(segment, method, columnOf, receivers, currency) {
      const columns = driversOf(segment).map(columnOf);
      const key = `${segment.pool} ${currency}`;
      const before = remembered.get(key);
      if (before?.columns.length === columns.length && before.columns.every((column, i) => column === columns[i]))
        return before.ends;
      const found = endsOf(segment, method, columnOf, receivers);
      const isSame = before !== undefined && isSameEnds(before.ends, found);
      if (!isSame) moved.add(key);
      const ends = isSame ? before.ends : found;
      remembered.set(key, { columns, ends });
      return ends;
    },
  };
}
