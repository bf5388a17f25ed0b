import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  allocate,
  type AllocationPool,
  type AllocationResult,
  endWeightOf,
} from '../../../src/costing/core/allocation.ts';
import { cutBy, cutOf } from '../../../src/costing/core/explain/cut.ts';
import { DEEPEST_POOLS, type PoolSources, sourceParts } from '../../../src/costing/core/explain/sources.ts';
import { loopsWithoutExit, NETWORK_METHODS } from '../../../src/costing/core/pool-network.ts';

const CODES = ['callcentre', 'depot', 'platform', 'training'];
const world = fc.record({
  method: fc.constantFrom(...NETWORK_METHODS),
  pools: fc.tuple(
    ...CODES.map((key) =>
      fc
        .record({
          weights: fc.array(fc.nat(50_000), { maxLength: 12 }),
          unusedWeight: fc.oneof(fc.constant(0), fc.nat(10_000)),
          services: fc.dictionary(fc.constantFrom(...CODES), fc.bigInt(0n, 60_000n)),
        })
        .map(({ weights, unusedWeight, services }): AllocationPool => {
          const ends = {
            receiverIds: Int32Array.from(weights.keys()),
            weights: Float64Array.from(weights),
            unusedWeight,
          };
          const used = Object.entries(services).map(([pool, weight]) => ({ pool, weight }));
          return { key, ends, endWeight: endWeightOf(ends), services: used };
        }),
    ),
  ),
  own: fc
    .dictionary(fc.constantFrom(...CODES), fc.integer({ min: -(10 ** 9), max: 10 ** 9 }), { minKeys: 1 })
    .map((amounts) => new Map(Object.entries(amounts).map(([pool, minor]) => [pool, [minor]]))),
});
const sum = (values: readonly bigint[]): bigint => values.reduce((a, b) => a + b, 0n);

const sourcesOf = ({ pools, flows }: AllocationResult, pool: string): PoolSources => ({
  ownMinor: BigInt(pools.find((row) => row.pool === pool)?.ownMinor ?? 0),
  from: flows.filter(({ to }) => to === pool).map(({ from, minor }) => ({ pool: from, minor: BigInt(minor[0] ?? 0) })),
});

/** Every level below a part of a pool; answers with how many levels it looked at. */
function walk(result: AllocationResult, pool: string, part: bigint, depth: number): number {
  const sources = sourcesOf(result, pool);
  const { parts, rest } = sourceParts(part, sources);
  // Thousands of levels: a mismatch is thrown, which costs nothing while there is none.
  const isWhole = (a: bigint, b: bigint): void => {
    if (a !== b) expect(a).toBe(b);
  };
  isWhole(sum(parts.map((each) => each.part)) + rest, part);
  const gross = sources.ownMinor + sum(sources.from.map(({ minor }) => minor));
  isWhole(sum(parts.map(({ whole }) => whole)), gross);
  if (gross !== 0n) isWhole(rest, 0n);
  if (depth === DEEPEST_POOLS) return 1;
  return parts.reduce(
    (levels, each) => levels + (each.pool === null ? 0 : walk(result, each.pool, each.part, depth + 1)),
    1,
  );
}

describe('an explanation', () => {
  it('adds up at every level, whatever the pools send one another, by all methods', () => {
    let deepest = 0;
    fc.assert(
      fc.property(world, ({ method, pools, own }) => {
        fc.pre(method !== 'reciprocal' || loopsWithoutExit(pools).length === 0);
        const result = allocate({ method, pools, own, elements: ['overhead'] });
        for (const row of result.pools) {
          const amounts = [...row.amountsMinor, row.unallocatedMinor, row.unusedMinor];
          for (const amount of amounts) deepest = Math.max(deepest, walk(result, row.pool, BigInt(amount), 0));
          // All that a pool placed is made of all it had.
          const whole = BigInt(row.ownMinor + row.receivedMinor);
          expect(whole).toBe(BigInt(row.sentMinor) + sum(amounts.map(BigInt)));
        }
      }),
      { seed: 5, numRuns: 60 },
    );
    expect(deepest).toBeGreaterThan(5);
  });

  it('cuts an amount so that parts add up however it is divided, each within one unit of its share', () => {
    fc.assert(
      fc.property(
        fc.bigInt(-(10n ** 12n), 10n ** 12n),
        fc.array(fc.bigInt(-(10n ** 9n), 10n ** 9n), { minLength: 1, maxLength: 30 }),
        (amount, weights) => {
          const whole = sum(weights);
          const { parts, rest } = cutBy(amount, weights);
          expect(sum(parts) + rest).toBe(amount);
          expect(rest).toBe(whole === 0n ? amount : 0n);
          if (whole === 0n) return;
          parts.forEach((part, index) => {
            const error = part * whole - amount * (weights[index] as bigint);
            const size = whole < 0n ? -whole : whole;
            expect(error <= size && error >= -size).toBe(true);
          });
          // In two pieces it is the same as in one.
          const half = sum(weights.slice(0, weights.length >> 1));
          expect(cutOf(amount, 0n, half, whole) + cutOf(amount, half, whole, whole)).toBe(amount);
        },
      ),
    );
  });
});
