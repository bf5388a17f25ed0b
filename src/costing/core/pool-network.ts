// Cost of pools that serve each other, carried to the final cost objects: direct, step-down and reciprocal method.
// All three solve the same network; they differ only in which services between pools they look at.
import { type Share, roundShares } from './largest-remainder.ts';
import { solveExactly } from './linear-system.ts';

export const NETWORK_METHODS = ['direct', 'step-down', 'reciprocal'] as const;
export type NetworkMethod = (typeof NETWORK_METHODS)[number];

export interface SupportPool {
  key: string;
  ownMinor: bigint;
  /** Driver quantities by receiver, zero or more: another pool's key or a final cost object. */
  uses: readonly { receiver: string; quantity: bigint }[];
}

export interface NetworkResult {
  /** What each final cost object carries; adds up to the pools' own cost less what stayed unallocated. */
  finals: Map<string, bigint>;
  /** Gross cost of each pool, services of other pools included, in minor units rounded half away from zero. */
  gross: Map<string, bigint>;
  /** Own cost of pools nobody used: visible, never dropped. */
  unallocated: Map<string, bigint>;
}

/** A closed loop of pools that serve only each other: its cost would go round for ever. */
export class ClosedLoop extends Error {
  readonly loop: readonly string[];

  constructor(loop: readonly string[]) {
    super(`these pools serve only each other and no final cost object: ${loop.join(', ')}`);
    this.name = 'ClosedLoop';
    this.loop = loop;
  }
}

/** The pools with only the services the method looks at; for step-down the order of the pools is the closing order. */
function servicesSeen(pools: readonly SupportPool[], method: NetworkMethod): SupportPool[] {
  const order = new Map(pools.map((pool, index) => [pool.key, index]));
  const isSeen = (from: number, receiver: string): boolean => {
    const to = order.get(receiver);
    if (to === undefined || method === 'reciprocal') return true;
    return method === 'step-down' && to > from;
  };
  return pools.map((pool, index) => ({
    ...pool,
    uses: pool.uses.filter(({ receiver, quantity }) => quantity !== 0n && isSeen(index, receiver)),
  }));
}

function refuseClosedLoops(pools: readonly SupportPool[], isPool: (key: string) => boolean): void {
  const reaching = new Set<string>();
  for (let found = -1; found !== reaching.size; ) {
    found = reaching.size;
    for (const { key, uses } of pools) {
      if (uses.some(({ receiver }) => !isPool(receiver) || reaching.has(receiver))) reaching.add(key);
    }
  }
  // A pool nobody uses is a dead end, not a loop: its cost stays unallocated.
  const isDeadEnd = (pool: SupportPool): boolean => pool.uses.length === 0;
  const lost = pools.filter((pool) => !reaching.has(pool.key) && !isDeadEnd(pool));
  if (lost.length > 0) throw new ClosedLoop(lost.map((pool) => pool.key));
}

const total = (pool: SupportPool): bigint => pool.uses.reduce((sum, { quantity }) => sum + quantity, 0n);

/** Activity of each pool per unit of its driver: `t_i y_i - sum_j q_ij y_j = own_i`, exact. */
function activityRates(pools: readonly SupportPool[]) {
  const quantity = (from: SupportPool, to: string): bigint =>
    from.uses.reduce((sum, use) => (use.receiver === to ? sum + use.quantity : sum), 0n);
  const matrix = pools.map((row) =>
    pools.map((column) => (row.key === column.key ? total(row) || 1n : 0n) - quantity(column, row.key)),
  );
  const solution = solveExactly(
    matrix,
    pools.map((pool) => pool.ownMinor),
  );
  if (!solution) throw new ClosedLoop(pools.map((pool) => pool.key));
  return solution;
}

const roundHalfAway = (numerator: bigint, denominator: bigint): bigint => {
  const magnitude = numerator < 0n ? -numerator : numerator;
  const rounded = (2n * magnitude + denominator) / (2n * denominator);
  return numerator < 0n ? -rounded : rounded;
};

/** Throws `ClosedLoop` naming the pools when services go round without ever reaching a final cost object. */
export function allocateNetwork(pools: readonly SupportPool[], method: NetworkMethod): NetworkResult {
  const keys = new Set(pools.map((pool) => pool.key));
  const seen = servicesSeen(pools, method);
  refuseClosedLoops(seen, (key) => keys.has(key));
  const { numerators, denominator } = activityRates(seen);
  const exact = new Map<string, bigint>();
  const gross = new Map<string, bigint>();
  seen.forEach((pool, index) => {
    const rate = numerators[index] ?? 0n;
    const driverTotal = total(pool);
    gross.set(pool.key, roundHalfAway(rate * (driverTotal || 1n), denominator));
    // A dead end keeps what it has, services received included, under its own name.
    const carried = driverTotal === 0n ? [{ receiver: pool.key, quantity: 1n }] : pool.uses;
    for (const { receiver, quantity } of carried) {
      if (driverTotal !== 0n && keys.has(receiver)) continue;
      exact.set(receiver, (exact.get(receiver) ?? 0n) + rate * quantity);
    }
  });
  const shares: Share[] = [...exact].map(([key, numerator]) => ({ key, numerator }));
  const amounts = [...roundShares(shares, denominator)];
  return {
    finals: new Map(amounts.filter(([key]) => !keys.has(key))),
    gross,
    unallocated: new Map(amounts.filter(([key]) => keys.has(key))),
  };
}
