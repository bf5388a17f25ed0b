// Cost that goes from pool to pool before it reaches final cost objects: direct, step-down and reciprocal method, in whole
// minor units. What a pool has (its own and what it received) is what it sends and what it has left, to the unit.
import { type BoundedGross, grossSolver } from './bounded-gross.ts';
import { ERROR_BITS, NearlyClosed, type Rates, ratesSolver } from './certified-rates.ts';
import { shareOut } from './largest-remainder.ts';
import { closedLoops, closingOrder, componentsOf, loopAt, type PoolGraph } from './pool-order.ts';

export const NETWORK_METHODS = ['direct', 'step-down', 'reciprocal'] as const;
export type NetworkMethod = (typeof NETWORK_METHODS)[number];

export interface NetworkPool {
  key: string;
  /** Its output, in one unit: what other pools use, and what leaves the network. */
  services: readonly { pool: string; weight: bigint }[];
  endWeight: bigint;
}

export interface Network {
  pools: readonly NetworkPool[];
  method: NetworkMethod;
  /** Step-down closes these first, in this order; the others follow by rule. */
  closeFirst?: readonly string[] | undefined;
}

export interface Flow {
  from: string;
  to: string;
  /** Whole minor units per column. */
  minor: number[];
}

export interface NetworkFlows {
  flows: Flow[];
  /** What each pool received from others and sent to them, per column. */
  received: Map<string, number[]>;
  sent: Map<string, number[]>;
  /** What each pool is left with for its own ends, per column; together it is all cost there was. */
  left: Map<string, number[]>;
}

/** Closed loops of pools that serve (as good as) only each other: their cost would go round for ever. */
export class ClosedLoop extends Error {
  readonly loops: readonly (readonly string[])[];

  constructor(loops: readonly (readonly string[])[]) {
    const named = loops.map((loop) => [...loop, loop[0]].join(' -> ')).join('; ');
    super(`these pools serve only each other and no (or hardly any) final cost object: ${named}`);
    this.name = 'ClosedLoop';
    this.loops = loops;
  }
}

interface Indexed extends PoolGraph {
  keys: readonly string[];
}

const byKey = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Pools by position in order of key, so that nothing depends on the order they came in. */
function indexed(pools: readonly NetworkPool[]): Indexed {
  const sorted = [...pools].sort((a, b) => byKey(a.key, b.key));
  const keys = sorted.map(({ key }) => key);
  const position = new Map(keys.map((key, index) => [key, index]));
  if (position.size !== keys.length) throw new RangeError('a pool occurs twice');
  const services = sorted.map(({ services: list }, from) => {
    const served: { to: number; weight: bigint }[] = [];
    for (const { pool, weight } of list) {
      const to = position.get(pool);
      if (to === undefined) throw new RangeError(`there is no pool ${pool} to serve`);
      // What a pool uses of its own output is made and used up inside it.
      if (weight > 0n && to !== from) served.push({ to, weight });
    }
    served.sort((a, b) => a.to - b.to);
    return served.filter((service, k) => {
      const next = served[k + 1];
      if (next?.to !== service.to) return true;
      next.weight += service.weight;
      return false;
    });
  });
  return { keys, services, endWeights: sorted.map(({ endWeight }) => endWeight) };
}

const named = ({ keys }: Indexed, pools: readonly number[]): string[] => pools.map((pool) => keys[pool] as string);

/** Closed loops of the network, each in its order; they are refused by the reciprocal method only. */
export function loopsWithoutExit(pools: readonly NetworkPool[]): string[][] {
  const graph = indexed(pools);
  return closedLoops(graph).map((loop) => named(graph, loop));
}

/** The order in which step-down closes the pools. */
export function stepDownOrder({ pools, closeFirst = [] }: Network): string[] {
  const graph = indexed(pools);
  const first = closeFirst.filter((key) => graph.keys.includes(key));
  return [...first, ...named(graph, closingOrder(graph)).filter((key) => !first.includes(key))];
}

/** Amounts from pool to pool for one column; positions match `graph.services`. */
type Sent = Float64Array[];

/** The pools close in turn; each service is cut to whole units, so that the pool's own receivers carry the rest. */
function stepDown(graph: Indexed, order: readonly number[], own: readonly number[]): Sent {
  const has = Float64Array.from(own);
  const turn = new Map(order.map((pool, place) => [pool, place]));
  const sent: Sent = graph.services.map((list) => new Float64Array(list.length));
  for (const pool of order) {
    const later = (graph.services[pool] ?? []).map(({ to, weight }) =>
      (turn.get(to) as number) > (turn.get(pool) as number) ? weight : 0n,
    );
    const end = graph.endWeights[pool] ?? 0n;
    const output = later.reduce((sum, weight) => sum + weight, end);
    if (output === 0n) continue;
    const amount = has[pool] as number;
    const parts =
      end === 0n
        ? (shareOut(amount, Float64Array.from(later, Number)) as Float64Array)
        : Float64Array.from(later, (weight) => Number((BigInt(amount) * weight) / output));
    sent[pool] = parts;
    (graph.services[pool] ?? []).forEach(({ to }, k) => {
      has[to] = (has[to] as number) + (parts[k] as number);
    });
  }
  return sent;
}

/** Nearest whole number of `value / 2^bits`, halves away from zero; `value` is known to `2^(bits - ERROR_BITS)`. */
function nearest(value: bigint, bits: bigint): number {
  const magnitude = value < 0n ? -value : value;
  const whole = Number((magnitude + (1n << (bits - 1n)) + (1n << (bits - ERROR_BITS))) >> bits);
  return value < 0n ? 0 - whole : whole;
}

/** For each pool without ends the service on the shortest way to a pool that has some; others have none. */
function waysOut(graph: Indexed): { order: number[]; by: Map<number, number> } {
  const by = new Map<number, number>();
  const hasEnd = (pool: number): boolean => graph.endWeights[pool] !== 0n || graph.services[pool]?.length === 0;
  const reached = [...graph.keys.keys()].filter(hasEnd);
  if (reached.length === graph.keys.length) return { order: [], by };
  const served = new Map<number, { from: number; place: number }[]>();
  graph.services.forEach((list, from) => {
    list.forEach(({ to }, place) => {
      const callers = served.get(to) ?? [];
      callers.push({ from, place });
      served.set(to, callers);
    });
  });
  for (const pool of reached) {
    for (const { from, place } of served.get(pool) ?? []) {
      if (hasEnd(from) || by.has(from)) continue;
      by.set(from, place);
      reached.push(from);
    }
  }
  return { order: reached.filter((pool) => by.has(pool)).reverse(), by };
}

/** Rounding of a product of two doubles, and of the bound of its error. */
const PRODUCT_ROUNDING = 2 ** -49;

/** Every service rounded to the nearest unit; `null` where the bounds leave open which one that is. */
function roundedFromBounds({ gross, error, shares }: BoundedGross): Sent | null {
  const sent: Sent = [];
  for (let pool = 0; pool < gross.length; pool += 1) {
    const list = shares[pool] as Float64Array;
    const has = gross[pool] as number;
    const parts = new Float64Array(list.length);
    for (let k = 0; k < list.length; k += 1) {
      const share = list[k] as number;
      const magnitude = Math.abs(has) * share;
      const whole = Math.floor(magnitude);
      const fromHalf = magnitude - whole - 0.5;
      if (!(Math.abs(fromHalf) > 2 * (error[pool] as number) * share + magnitude * PRODUCT_ROUNDING)) return null;
      const nearestWhole = fromHalf > 0 ? whole + 1 : whole;
      parts[k] = has < 0 ? 0 - nearestWhole : nearestWhole;
    }
    sent.push(parts);
  }
  return sent;
}

/** Every service from exact rates, whatever the network. */
function roundedFromRates(graph: Indexed, { rates, scaleBits }: Rates): Sent {
  return graph.services.map((list, pool) =>
    Float64Array.from(list, ({ weight }) => {
      const amount = nearest(weight * (rates[pool] as bigint), scaleBits);
      if (!Number.isSafeInteger(amount)) throw new NearlyClosed(pool);
      return amount;
    }),
  );
}

/**
 * Every service is the exact amount rounded to the nearest unit. A pool without ends cannot keep the units that rounding
 * leaves it: they go on with one of its services, until a pool has receivers for them.
 */
function reciprocal(graph: Indexed, blocks: readonly (readonly number[])[]) {
  const bounded = grossSolver(graph, blocks);
  let exact: ReturnType<typeof ratesSolver> | undefined;
  const { order, by } = waysOut(graph);
  return (own: readonly number[]): Sent => {
    const found = bounded(own);
    let sent = found && roundedFromBounds(found);
    if (sent === null) {
      exact ??= ratesSolver(graph, blocks);
      sent = roundedFromRates(graph, exact(own.map(BigInt)));
    }
    if (order.length === 0) return sent;
    const rest = leftOf(graph, own, sent);
    for (const pool of order) {
      const place = by.get(pool) as number;
      const amount = rest[pool] as number;
      const parts = sent[pool] as Float64Array;
      parts[place] = (parts[place] as number) + amount;
      const to = graph.services[pool]?.[place]?.to as number;
      rest[to] = (rest[to] as number) + amount;
    }
    return sent;
  };
}

function leftOf(graph: Indexed, own: readonly number[], sent: Sent): Float64Array {
  const left = Float64Array.from(own);
  graph.services.forEach((list, from) => {
    list.forEach(({ to }, k) => {
      const amount = sent[from]?.[k] as number;
      left[from] = (left[from] as number) - amount;
      left[to] = (left[to] as number) + amount;
    });
  });
  return left;
}

function namingLoops<T>(graph: Indexed, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof NearlyClosed) throw new ClosedLoop([named(graph, loopAt(graph, error.pool))]);
    throw error;
  }
}

function senderFor(graph: Indexed, { method, pools, closeFirst }: Network): (own: readonly number[]) => Sent {
  switch (method) {
    case 'direct':
      return () => graph.services.map((list) => new Float64Array(list.length));
    case 'step-down': {
      const position = new Map(graph.keys.map((key, index) => [key, index]));
      const order = stepDownOrder({ method, pools, closeFirst }).map((key) => position.get(key) as number);
      return (own) => stepDown(graph, order, own);
    }
    case 'reciprocal': {
      const blocks = componentsOf(graph);
      const loops = closedLoops(graph, blocks);
      if (loops.length > 0) throw new ClosedLoop(loops.map((loop) => named(graph, loop)));
      return namingLoops(graph, () => {
        const send = reciprocal(graph, blocks);
        return (own) => namingLoops(graph, () => send(own));
      });
    }
  }
}

/**
 * Sends cost through the network, column by column (an element in a currency each). `own` has a pool's own cost per
 * column; a pool it does not name has none. Throws `ClosedLoop` where the reciprocal method finds no exit.
 */
export function sendThroughNetwork(
  network: Network,
  own: ReadonlyMap<string, readonly number[]>,
  columns: number,
): NetworkFlows {
  const graph = indexed(network.pools);
  const send = senderFor(graph, network);
  const nothing = Array.from({ length: columns }, () => 0);
  const zeros = (): number[] => nothing.slice();
  const flows = graph.services.map((list, from) =>
    list.map(({ to }): Flow => ({ from: graph.keys[from] as string, to: graph.keys[to] as string, minor: zeros() })),
  );
  const perPool = () => graph.keys.map(zeros);
  const totals = { received: perPool(), sent: perPool(), left: perPool() };
  for (let column = 0; column < columns; column += 1) {
    const before = graph.keys.map((key) => own.get(key)?.[column] ?? 0);
    const sent = send(before);
    const received = new Float64Array(before.length);
    graph.services.forEach((list, from) => {
      const amounts = sent[from] as Float64Array;
      const lines = flows[from] as Flow[];
      let given = 0;
      for (let k = 0; k < list.length; k += 1) {
        const { to } = list[k] as { to: number };
        const amount = amounts[k] as number;
        (lines[k] as Flow).minor[column] = amount;
        received[to] = (received[to] as number) + amount;
        given += amount;
      }
      (totals.sent[from] as number[])[column] = given;
    });
    before.forEach((amount, pool) => {
      const into = received[pool] as number;
      (totals.received[pool] as number[])[column] = into;
      (totals.left[pool] as number[])[column] = amount + into - (totals.sent[pool]?.[column] as number);
    });
  }
  const byPool = (lists: number[][]) => new Map(graph.keys.map((key, pool) => [key, lists[pool] as number[]]));
  return {
    flows: flows.flat().filter(({ minor }) => minor.some((amount) => amount !== 0)),
    received: byPool(totals.received),
    sent: byPool(totals.sent),
    left: byPool(totals.left),
  };
}
