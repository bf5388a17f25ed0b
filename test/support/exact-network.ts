// The reciprocal method in exact fractions, as an oracle for tests: dense, slow, and plain.
import { solveExactly } from './exact-system.ts';

export interface ExactPool {
  services: readonly { to: number; weight: bigint }[];
  endWeight: bigint;
  own: bigint;
}

/** Gross cost of each pool as a fraction with one denominator; `null` when the network has a closed loop. */
export function exactGross(pools: readonly ExactPool[]) {
  const outputs = pools.map(({ services, endWeight }) => services.reduce((sum, { weight }) => sum + weight, endWeight));
  const matrix = pools.map((_, row) =>
    pools.map(({ services }, column) => {
      const used = services.reduce((sum, { to, weight }) => (to === row ? sum + weight : sum), 0n);
      return (row === column ? outputs[row] || 1n : 0n) - used;
    }),
  );
  const solution = solveExactly(
    matrix,
    pools.map(({ own }) => own),
  );
  return solution && { ...solution, outputs };
}
