// What a process remembers of the run of a period, to read and compute only what moved. All of it can be read again, and it
// counts only while the run in the database is of the revision it was written with.
import type { AllocationCycle, AllocationMethod, AllocationSegment, Driver } from '../contracts/http/allocation.ts';
import { driversOf } from './allocation-inputs.ts';
import { createEndsHash, type EndsHash } from './allocation-ends.ts';
import type { FlowMemory } from './allocation-flows.ts';
import type { PoolEnds } from './core/allocation.ts';
import type { EndsOf, OwnCost } from './core/cycle-allocation.ts';
import { areEndsUntouched, type DriverColumn, endsOf, isTimeDriven } from './core/cycle-network.ts';
import { createReceiverBook, type ReceiverBook } from './receiver-book.ts';
import type { ResultMemory } from './result-rows.ts';
import type { ColumnMemory } from './stored-columns.ts';

export interface RunMemory {
  /** The run that the rest is of, and its revision when it was written. */
  runId: number;
  revision: string;
  cycle: AllocationCycle | null;
  /** The same with filters that follow merged values. */
  rules: AllocationCycle | null;
  own: readonly OwnCost[];
  results: ResultMemory;
  flows: FlowMemory;
  columns: ColumnMemory;
  ends: Map<string, { columns: DriverColumn[]; ends: PoolEnds }>;
  hashOf: EndsHash;
  book: ReceiverBook;
}

export const createRunMemory = (book = createReceiverBook()): RunMemory => ({
  runId: 0,
  revision: '',
  cycle: null,
  rules: null,
  own: [],
  results: new Map(),
  flows: new Map(),
  columns: new Map(),
  ends: new Map(),
  hashOf: createEndsHash(),
  book,
});

/** All but the receivers, which never change, and columns, which have versions of their own. */
export function forgetRun(memory: RunMemory): void {
  memory.runId = 0;
  memory.revision = '';
  memory.cycle = null;
  memory.rules = null;
  memory.own = [];
  memory.results = new Map();
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

/** Places of a column's quantities that are others than before; `null` where the receivers are. */
function placesMoved(before: DriverColumn, after: DriverColumn): number[] | null {
  if (before.receiverIds !== after.receiverIds) return null;
  const moved: number[] = [];
  after.quantitiesMilli.forEach((quantity, place) => {
    if (quantity !== before.quantitiesMilli[place]) moved.push(place);
  });
  return moved;
}

/** `endsOf` that looks only at segments whose receivers' quantities moved. */
export function endsRemembered({ ends: known }: RunMemory): EndsOf {
  const movedOf = new Map<DriverColumn, { before: DriverColumn; moved: number[] | null }>();
  const movedSince = (before: DriverColumn, after: DriverColumn): number[] | null => {
    const found = movedOf.get(after);
    if (found?.before === before) return found.moved;
    const moved = placesMoved(before, after);
    movedOf.set(after, { before, moved });
    return moved;
  };
  return (segment, method, columnOf, receivers, currency) => {
    const drivers = driversOf(segment);
    const columns = drivers.map(columnOf);
    const key = keyOfEnds(segment, method, currency);
    const before = known.get(key);
    const isUntouched = columns.every((column, index) => {
      const old = before?.columns[index];
      if (old === undefined || old === column) return old !== undefined;
      const moved = movedSince(old, column);
      const asked = { driver: drivers[index] as Driver, receiverIds: column.receiverIds };
      return moved !== null && areEndsUntouched(segment, { ...asked, moved }, receivers);
    });
    const isKnown = before?.columns.length === columns.length && isUntouched;
    const ends = isKnown ? before.ends : asBefore(before?.ends, endsOf(segment, method, columnOf, receivers));
    known.set(key, { columns, ends });
    return ends;
  };
}
