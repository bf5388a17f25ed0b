// Gross costs of pools that serve each other in doubles, each with a proved bound of its error: enough to round nearly every
// amount, at a fraction of what exact numbers take. Whoever finds an amount too close to a half asks the exact rates.
import { floatSolver, type Link } from './float-solver.ts';
import type { PoolGraph } from './pool-order.ts';

export interface BoundedGross {
  /** What each pool has in all: its own cost and what it receives. */
  gross: Float64Array;
  /** How far each may be off, at most. */
  error: Float64Array;
  /** Part of its output that each service uses; positions match `graph.services`. */
  shares: readonly Float64Array[];
}

/** Twice the rounding of one operation, so that rounding within the bounds themselves is covered. */
const ROUNDING = 2 ** -52;
/** Roundings beside those of the sum itself: of weight, output and their quotient, of the product and the differences. */
const ROUNDINGS_MORE = 8;
/** Corrections and bounds need few digits. */
const ROUGHLY = 1e-4;

interface Shares {
  shares: Float64Array[];
  links: Link[];
  /** Services that each pool receives. */
  received: Int32Array;
}

function sharesOf({ services, endWeights }: PoolGraph): Shares {
  const received = new Int32Array(services.length);
  const links: Link[] = [];
  const shares = services.map((list, from) => {
    let output = endWeights[from] ?? 0n;
    for (const { weight } of list) output += weight;
    const total = Number(output) || 1;
    const parts = new Float64Array(list.length);
    list.forEach(({ to, weight }, k) => {
      const share = Number(weight) / total;
      parts[k] = share;
      received[to] = (received[to] as number) + 1;
      links.push({ from, to, share });
    });
    return parts;
  });
  return { shares, links, received };
}

/** `constants + P x - x`, and the size of what was added up to it. */
function residualOf(
  { services }: PoolGraph,
  { shares }: Shares,
  constants: ArrayLike<number>,
  x: Float64Array,
): { rest: Float64Array; size: Float64Array } {
  const rest = x.map((value, pool) => (constants[pool] as number) - value);
  const size = x.map((value, pool) => Math.abs(constants[pool] as number) + Math.abs(value));
  for (let from = 0; from < services.length; from += 1) {
    const list = services[from] as PoolGraph['services'][number];
    const parts = shares[from] as Float64Array;
    const has = x[from] as number;
    for (let k = 0; k < list.length; k += 1) {
      const { to } = list[k] as (typeof list)[number];
      const amount = (parts[k] as number) * has;
      rest[to] = (rest[to] as number) + amount;
      size[to] = (size[to] as number) + Math.abs(amount);
    }
  }
  return { rest, size };
}

/**
 * `solve(own)` answers the gross costs, or `null` where cost goes round so often that doubles prove nothing. The inverse of
 * `I - P` has no negative element, so what covers the residual when it is put through `I - P` covers the error.
 */
export function grossSolver(graph: PoolGraph, blocks: readonly (readonly number[])[]) {
  const shares = sharesOf(graph);
  const solve = floatSolver(graph.services.length, shares.links, blocks);
  const roundingOf = (pool: number, size: number): number =>
    ((shares.received[pool] as number) + ROUNDINGS_MORE) * ROUNDING * size;

  return (own: readonly number[]): BoundedGross | null => {
    const gross = solve(Float64Array.from(own));
    const correction = solve(residualOf(graph, shares, own, gross).rest, ROUGHLY);
    for (let pool = 0; pool < gross.length; pool += 1)
      gross[pool] = (gross[pool] as number) + (correction[pool] as number);
    const { rest, size } = residualOf(graph, shares, own, gross);
    const unexplained = rest.map((value, pool) => Math.abs(value) + roundingOf(pool, size[pool] as number));
    const cover = solve(unexplained, ROUGHLY);
    const uncovered = residualOf(graph, shares, unexplained, cover);
    // Half of what is unexplained must be covered for certain; then twice the cover is a bound.
    for (let pool = 0; pool < cover.length; pool += 1) {
      const open = (uncovered.rest[pool] as number) + roundingOf(pool, uncovered.size[pool] as number);
      if (!(open <= (unexplained[pool] as number) / 2)) return null;
    }
    return { gross, error: cover.map((value) => 2 * value), shares: shares.shares };
  };
}
