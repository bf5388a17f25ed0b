// One allocation in one currency: pools send cost through the network, and what each is left with goes to the receivers
// of its driver. What no driver can place stays under the pool's own name, unused capacity apart. Pure and whole.
import { createScratch, type Scratch, shareOut, wholeSum } from './largest-remainder.ts';
import { type Flow, type Network, type NetworkPool, sendThroughNetwork } from './pool-network.ts';

/** Who takes what a pool is left with; receivers in order of key, because the order breaks ties. */
export interface PoolEnds {
  receiverIds: Int32Array;
  /** Whole, zero or more, one per receiver. */
  weights: Float64Array;
  /** Capacity that was paid for and not used, in the unit of the weights; its cost is pushed onto nobody. */
  unusedWeight: number;
}

export interface AllocationPool extends NetworkPool {
  ends: PoolEnds;
}

export interface AllocationProblem extends Omit<Network, 'pools'> {
  pools: readonly AllocationPool[];
  elements: readonly string[];
  /** Own cost of each pool per element; pools that the network does not know stay unallocated. */
  own: ReadonlyMap<string, readonly number[]>;
}

/** own + received = sent + placed + unallocated + unused, where `placed` is the sum of `amounts`. */
export interface PoolResult {
  pool: string;
  element: string;
  ownMinor: number;
  receivedMinor: number;
  sentMinor: number;
  unallocatedMinor: number;
  unusedMinor: number;
  receiverIds: Int32Array;
  amountsMinor: Float64Array;
}

export interface AllocationResult {
  pools: PoolResult[];
  flows: Flow[];
}

export const NOBODY: PoolEnds = { receiverIds: new Int32Array(0), weights: new Float64Array(0), unusedWeight: 0 };

export type Placed = Pick<PoolResult, 'unallocatedMinor' | 'unusedMinor' | 'receiverIds' | 'amountsMinor'>;

/** What one pool is left with, to its receivers. */
export function placeLeft(
  leftMinor: number,
  { receiverIds, weights, unusedWeight }: PoolEnds,
  scratch?: Scratch,
): Placed {
  let all = weights;
  if (unusedWeight > 0) {
    all = new Float64Array(weights.length + 1);
    all.set(weights);
    all[weights.length] = unusedWeight;
  }
  const parts = shareOut(leftMinor, all, scratch);
  if (parts === null) return { unallocatedMinor: leftMinor, unusedMinor: 0, ...nothingTo(NOBODY) };
  return {
    unallocatedMinor: 0,
    unusedMinor: parts[weights.length] ?? 0,
    receiverIds,
    amountsMinor: unusedWeight > 0 ? parts.subarray(0, weights.length) : parts,
  };
}

const nothingTo = ({ receiverIds }: PoolEnds) => ({ receiverIds, amountsMinor: new Float64Array(receiverIds.length) });

export const endWeightOf = ({ weights, unusedWeight }: PoolEnds): bigint => wholeSum(weights) + BigInt(unusedWeight);

/** What a pool has and passes on in one element, before the rest of it is placed. */
export interface Settled {
  pool: string;
  element: string;
  ownMinor: number;
  receivedMinor: number;
  sentMinor: number;
  leftMinor: number;
}

/**
 * Cost through the network, to the point where every pool knows what is left for its own receivers. A pool and element
 * nobody posted to and no pool sent to is not in it. Throws `ClosedLoop`.
 */
export function settle({ elements, own, ...network }: Omit<AllocationProblem, 'pools'> & Network): {
  settled: Settled[];
  flows: Flow[];
} {
  const { flows, received, sent, left } = sendThroughNetwork(network, own, elements.length);
  const settled: Settled[] = [];
  for (const pool of [...new Set([...own.keys(), ...left.keys()])].sort()) {
    elements.forEach((element, column) => {
      const ownMinor = own.get(pool)?.[column] ?? 0;
      const receivedMinor = received.get(pool)?.[column] ?? 0;
      const sentMinor = sent.get(pool)?.[column] ?? 0;
      if (ownMinor === 0 && receivedMinor === 0 && sentMinor === 0) return;
      const leftMinor = left.get(pool)?.[column] ?? ownMinor;
      settled.push({ pool, element, ownMinor, receivedMinor, sentMinor, leftMinor });
    });
  }
  return { settled, flows };
}

/** What a pool has and passes on, and where the rest of it went. */
export const placed = (
  row: Settled,
  { unallocatedMinor, unusedMinor, receiverIds, amountsMinor }: Placed,
): PoolResult => ({
  pool: row.pool,
  element: row.element,
  ownMinor: row.ownMinor,
  receivedMinor: row.receivedMinor,
  sentMinor: row.sentMinor,
  unallocatedMinor,
  unusedMinor,
  receiverIds,
  amountsMinor,
});

/** The whole of an allocation in one currency. Throws `ClosedLoop`. */
export function allocate(problem: AllocationProblem): AllocationResult {
  const endsOf = new Map(problem.pools.map(({ key, ends }) => [key, ends]));
  const { settled, flows } = settle(problem);
  const scratch = createScratch();
  const pools = settled.map((row) => placed(row, placeLeft(row.leftMinor, endsOf.get(row.pool) ?? NOBODY, scratch)));
  return { pools, flows };
}
