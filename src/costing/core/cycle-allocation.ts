// A cycle on the cost of a period: currency by currency the network of its pools, settled, with the receivers each pool is to
// place its rest on. Pools in loops without exit keep their cost and are named.
import type { AllocationMethod, AllocationSegment, Driver } from '../../contracts/http/allocation.ts';
import {
  type AllocationPool,
  endWeightOf,
  NOBODY,
  placed,
  placeLeft,
  type PoolEnds,
  type PoolResult,
  type Settled,
  settle,
} from './allocation.ts';
import { createScratch, type Scratch } from './largest-remainder.ts';
import {
  type DriverColumn,
  endsOf,
  networkMethodOf,
  networkPoolOf,
  type ReceiverFacts,
  weightUnitOf,
  withoutLoops,
} from './cycle-network.ts';
import { ClosedLoop, type Flow, type Network } from './pool-network.ts';

export interface CycleRules {
  method: AllocationMethod;
  closeFirst: readonly string[];
  segments: readonly AllocationSegment[];
}

export interface OwnCost {
  pool: string;
  element: string;
  currency: string;
  amountMinor: number;
}

export interface CycleInputs {
  own: readonly OwnCost[];
  columnOf: (driver: Driver, currency: string) => DriverColumn;
  receivers: ReceiverFacts;
}

export interface CurrencyPlan {
  currency: string;
  elements: string[];
  settled: Settled[];
  flows: Flow[];
  ends: ReadonlyMap<string, PoolEnds>;
  /** Loops without exit, whose pools keep their cost. */
  loops: string[][];
  scratch: Scratch;
}

/** `endsOf`, told the currency as well, so that what it found may be remembered. */
export type EndsOf = (...asked: [...Parameters<typeof endsOf>, currency: string]) => PoolEnds;

function remembered<Key, Value>(work: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    const value = known.get(key) ?? work(key);
    known.set(key, value);
    return value;
  };
}

const unique = (values: readonly string[]): string[] => [...new Set(values)].sort();

function settleAround<T>(network: Network, work: (network: Network) => T): { result: T; loops: string[][] } {
  const loops: string[][] = [];
  for (let pools = network.pools; ; pools = withoutLoops(pools, loops)) {
    try {
      return { result: work({ ...network, pools }), loops };
    } catch (error) {
      if (!(error instanceof ClosedLoop)) throw error;
      loops.push(...error.loops.map((loop) => [...loop]));
    }
  }
}

/** Pools that others serve and no segment speaks of: they keep what they get, and it stays visible as theirs. */
function withServed(pools: readonly AllocationPool[]): AllocationPool[] {
  const known = new Set(pools.map(({ key }) => key));
  const served = new Set(pools.flatMap(({ services }) => services.map(({ pool }) => pool)));
  const silent = [...served].filter((pool) => !known.has(pool));
  return [...pools, ...silent.map((key) => ({ key, services: [], endWeight: 0n, ends: NOBODY }))];
}

/** One plan a currency, in order of currency. `ends` may remember what it found before. */
export function planCycle(rules: CycleRules, inputs: CycleInputs, ends: EndsOf = endsOf): CurrencyPlan[] {
  const scratch = createScratch();
  const weightOf = remembered(endWeightOf);
  return unique(inputs.own.map(({ currency }) => currency)).map((currency) => {
    const mine = inputs.own.filter((cost) => cost.currency === currency);
    const elements = unique(mine.map(({ element }) => element));
    const own = new Map<string, number[]>();
    for (const { pool, element, amountMinor } of mine) {
      const columns = own.get(pool) ?? elements.map(() => 0);
      columns[elements.indexOf(element)] = amountMinor;
      own.set(pool, columns);
    }
    const pools = rules.segments.map((segment) => {
      const columnOf = (driver: Driver): DriverColumn => inputs.columnOf(driver, currency);
      const found = ends(segment, rules.method, columnOf, inputs.receivers, currency);
      return networkPoolOf(segment, found, weightUnitOf(segment, rules.method, columnOf), weightOf);
    });
    const network = { pools: withServed(pools), method: networkMethodOf(rules.method), closeFirst: rules.closeFirst };
    const { result, loops } = settleAround(network, (exits) => settle({ ...exits, elements, own }));
    const looping = new Set(loops.flat());
    const endsByPool = new Map(pools.map((pool) => [pool.key, looping.has(pool.key) ? NOBODY : pool.ends]));
    return { currency, elements, ...result, ends: endsByPool, loops, scratch };
  });
}

/** Every pool's result with what each receiver carries, one by one, because a month of them is large. */
export function* placedBy({
  currency,
  settled,
  ends,
  scratch,
}: CurrencyPlan): Generator<PoolResult & { currency: string }> {
  for (const row of settled)
    yield { ...placed(row, placeLeft(row.leftMinor, ends.get(row.pool) ?? NOBODY, scratch)), currency };
}
