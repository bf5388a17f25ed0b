// Rates of pools that serve each other, as integers of fixed point with a proved bound of error: doubles propose, exact
// integer residuals dispose, until what is left cannot change a minor unit. One preparation serves all right sides.
import { floatSolver, type Link } from './float-solver.ts';
import type { PoolGraph } from './pool-order.ts';

/** An amount is known to this part of a minor unit; a half closer than that is taken as a half. */
export const ERROR_BITS = 64n;
/** Bits behind the point that rounding of the rates themselves can cost, above `ERROR_BITS`. */
const GUARD_BITS = 48n;
const REFINEMENT_LIMIT = 40;

/** Cost goes round in a loop so often before it leaves that no amount can be told. */
export class NearlyClosed extends Error {
  /** Position of a pool in the loop. */
  readonly pool: number;

  constructor(pool: number) {
    super('cost goes round between pools and hardly ever leaves');
    this.name = 'NearlyClosed';
    this.pool = pool;
  }
}

export interface Rates {
  /** Cost of one unit of each pool's output, `rates[i] / 2^scaleBits` minor units. */
  rates: bigint[];
  scaleBits: bigint;
}

const bitLength = (value: bigint): number => (value === 0n ? 0 : value.toString(16).length * 4);

/** `value * 2^shift` as a whole number, from a double. */
function scaled(value: number, shift: number): bigint {
  if (value === 0) return 0n;
  const exponent = 60 - Math.ceil(Math.log2(Math.abs(value)));
  const mantissa = BigInt(Math.round(value * 2 ** exponent));
  const left = BigInt(shift - exponent);
  return left >= 0n ? mantissa << left : mantissa >> -left;
}

const widthOf = (values: readonly bigint[]): number =>
  values.reduce((widest, value) => Math.max(widest, bitLength(value < 0n ? -value : value)), 0);

/**
 * What a unit of cost put into each pool adds to all gross costs together, from above: the norm that turns a residual
 * into an error. Approximated on the transposed network, then checked.
 */
function amplification(size: number, links: readonly Link[], blocks: readonly (readonly number[])[]): Float64Array {
  const transposed = links.map(({ from, to, share }) => ({ from: to, to: from, share }));
  const solved = floatSolver(size, transposed, [...blocks].reverse())(new Float64Array(size).fill(1));
  const covered = solved.slice();
  for (const { from, to, share } of links) covered[from] = (covered[from] as number) - share * (solved[to] as number);
  // Half of what was asked for is still a bound, twice as wide.
  const short = covered.findIndex((rest) => !(rest >= 0.5));
  if (short >= 0) throw new NearlyClosed(short);
  return solved.map((value) => 2 * value);
}

/** `solve(own)` answers `W_i y_i = own_i + sum_j w_ij y_j` for the rates y; the network has no closed loop. */
export function ratesSolver(graph: PoolGraph, blocks: readonly (readonly number[])[]) {
  const size = graph.services.length;
  const outputs = graph.services.map(
    (list, pool) => list.reduce((sum, { weight }) => sum + weight, graph.endWeights[pool] ?? 0n) || 1n,
  );
  const links = graph.services.flatMap((list, from) =>
    list.map(({ to, weight }) => ({ from, to, share: Number(weight) / Number(outputs[from]) })),
  );
  const propose = floatSolver(size, links, blocks);
  const norm = amplification(size, links, blocks);
  const scaleBits = ERROR_BITS + GUARD_BITS + BigInt(widthOf(outputs)) + BigInt(bitLength(BigInt(size)));

  /** Exact: what the rates leave unexplained after `step` was added to them. */
  function takeFrom(residual: bigint[], step: readonly bigint[]): void {
    step.forEach((rate, from) => {
      if (rate === 0n) return;
      residual[from] = (residual[from] as bigint) - (outputs[from] as bigint) * rate;
      for (const { to, weight } of graph.services[from] ?? []) residual[to] = (residual[to] as bigint) + weight * rate;
    });
  }

  return (own: readonly bigint[]): Rates => {
    const rates = own.map(() => 0n);
    const residual = own.map((minor) => minor << scaleBits);
    for (let round = 0; round < REFINEMENT_LIMIT; round += 1) {
      const shift = Math.max(0, widthOf(residual) - 60);
      const rest = Float64Array.from(residual, (value) => Number(value >> BigInt(shift)));
      const error = rest.reduce((sum, value, pool) => sum + (Math.abs(value) + 1) * (norm[pool] as number), 0);
      if (error === 0 || Math.log2(error) + shift <= Number(scaleBits - ERROR_BITS)) return { rates, scaleBits };
      const gross = propose(rest);
      const step = outputs.map((output, pool) => scaled((gross[pool] as number) / Number(output), shift));
      takeFrom(residual, step);
      for (let pool = 0; pool < size; pool += 1) rates[pool] = (rates[pool] as bigint) + (step[pool] as bigint);
    }
    throw new NearlyClosed(norm.indexOf(Math.max(...norm)));
  };
}
