import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ClosedLoop,
  loopsWithoutExit,
  NETWORK_METHODS,
  type NetworkPool,
  sendThroughNetwork,
  stepDownOrder,
} from '../../../src/costing/core/pool-network.ts';
import { exactGross } from '../../support/exact-network.ts';

const ELEMENTS = 2;
const keyOf = (index: number): string => `p${String(index).padStart(3, '0')}`;
/** Pools that use each other at random, with loops; a fifth of them has no end of its own. */
const network = (size: number) =>
  fc.array(
    fc.record({
      own: fc.array(fc.integer({ min: -(10 ** 12), max: 10 ** 12 }), { minLength: ELEMENTS, maxLength: ELEMENTS }),
      services: fc.uniqueArray(
        fc.record({
          to: fc.nat(size - 1),
          weight: fc.oneof(fc.bigInt(1n, 20n), fc.bigInt(0n, 10n ** 9n)),
        }),
        { selector: ({ to }) => to, maxLength: 6 },
      ),
      end: fc.oneof({ weight: 4, arbitrary: fc.bigInt(1n, 10n ** 9n) }, { weight: 1, arbitrary: fc.constant(0n) }),
    }),
    { minLength: size, maxLength: size },
  );
type Drawn = { own: number[]; services: { to: number; weight: bigint }[]; end: bigint }[];

const poolsOf = (drawn: Drawn): NetworkPool[] =>
  drawn.map(({ services, end }, index) => ({
    key: keyOf(index),
    endWeight: end,
    services: services.map(({ to, weight }) => ({ pool: keyOf(to), weight })),
  }));
const ownOf = (drawn: Drawn) => new Map(drawn.map(({ own }, index) => [keyOf(index), own]));
const sum = (values: Iterable<number>): number => [...values].reduce((a, b) => a + b, 0);
/** Loops that multiply cost beyond what a whole number can hold are refused; no believable network is among them. */
function unlessTooTight<T>(send: () => T): T | null {
  try {
    return send();
  } catch (error) {
    if (error instanceof ClosedLoop) return null;
    throw error;
  }
}
const drawnNetwork = fc.integer({ min: 1, max: 12 }).chain(network);

describe('pools that serve each other', () => {
  it.each(NETWORK_METHODS)('%s: what a pool has is what it sends and what it is left with, to the unit', (method) => {
    fc.assert(
      fc.property(drawnNetwork, (drawn) => {
        const pools = poolsOf(drawn);
        if (method === 'reciprocal' && loopsWithoutExit(pools).length > 0) return;
        const own = ownOf(drawn);
        const sent = unlessTooTight(() => sendThroughNetwork({ pools, method }, own, ELEMENTS));
        if (sent === null) return;
        const { flows, left } = sent;
        for (let column = 0; column < ELEMENTS; column += 1) {
          for (const { key, endWeight, services } of pools) {
            const into = sum(flows.filter(({ to }) => to === key).map(({ minor }) => minor[column] as number));
            const out = sum(flows.filter(({ from }) => from === key).map(({ minor }) => minor[column] as number));
            const rest = left.get(key)?.[column] as number;
            expect((own.get(key)?.[column] as number) + into).toBe(out + rest);
            // Without ends nothing stays in a pool, unless the method leaves it nobody to send to.
            const serves = services.some(({ pool, weight }) => pool !== key && weight > 0n);
            if (method === 'reciprocal' && endWeight === 0n && serves) expect(rest).toBe(0);
          }
          const all = sum([...left.values()].map((minor) => minor[column] as number));
          expect(all).toBe(sum(drawn.map((pool) => pool.own[column] as number)));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('reciprocal: a loop is solved as the exact fractions say, or refused with the loop', () => {
    fc.assert(
      fc.property(drawnNetwork, (drawn) => {
        const pools = poolsOf(drawn);
        const withoutSelf = drawn.map(({ services, end }, index) => ({
          services: services.filter(({ to, weight }) => to !== index && weight > 0n),
          endWeight: end,
        }));
        const exact = exactGross(
          withoutSelf.map((pool, index) => ({ ...pool, own: BigInt(drawn[index]?.own[0] ?? 0) })),
        );
        if (exact === null) {
          expect(() => sendThroughNetwork({ pools, method: 'reciprocal' }, ownOf(drawn), ELEMENTS)).toThrow(ClosedLoop);
          return;
        }
        const { numerators, denominator, outputs } = exact;
        const largest = numerators.map((rate, i) => Math.abs(Number((rate * (outputs[i] as bigint)) / denominator)));
        const sent = unlessTooTight(() => sendThroughNetwork({ pools, method: 'reciprocal' }, ownOf(drawn), ELEMENTS));
        if (sent === null) {
          expect(Math.max(...largest)).toBeGreaterThan(10 ** 13);
          return;
        }
        const { flows } = sent;
        withoutSelf.forEach(({ services, endWeight }, from) => {
          // Where rounding has no receivers to rest with, it travels on with a service.
          if (endWeight === 0n) return;
          for (const { to, weight } of services) {
            const value = weight * (numerators[from] as bigint);
            const magnitude = value < 0n ? -value : value;
            const rounded = Number((2n * magnitude + denominator) / (2n * denominator)) * (value < 0n ? -1 : 1);
            const flow = flows.find((f) => f.from === keyOf(from) && f.to === keyOf(to));
            expect(flow?.minor[0] ?? 0).toBe(rounded === 0 ? 0 : rounded);
          }
        });
      }),
      { numRuns: 300 },
    );
  });

  it.each(NETWORK_METHODS)('%s: the order in which pools come changes nothing', (method) => {
    fc.assert(
      fc.property(drawnNetwork, fc.nat(), (drawn, turn) => {
        const pools = poolsOf(drawn);
        if (
          method === 'reciprocal' &&
          unlessTooTight(() => sendThroughNetwork({ pools, method }, ownOf(drawn), 2)) === null
        )
          return;
        const own = ownOf(drawn);
        const at = turn % pools.length;
        const permuted = [...pools.slice(at), ...pools.slice(0, at)].map((pool) => ({
          ...pool,
          services: pool.services.toReversed(),
        }));
        const [plain, turned] = [pools, permuted].map((list) =>
          sendThroughNetwork({ pools: list, method }, own, ELEMENTS),
        );
        expect(turned).toEqual(plain);
      }),
      { numRuns: 100 },
    );
  });

  it('solves blocks too large to be factored at once, and loops that hardly leak', () => {
    for (const leak of [10n, 10n ** 6n]) {
      const size = 120;
      const pools = Array.from({ length: size }, (_, index) => ({
        services: [1, 7, 31].map((step) => ({ to: (index + step) % size, weight: leak })),
        endWeight: index % 40 === 0 ? 1n : 0n,
        own: BigInt(index * 1_000_003),
      }));
      const gross = exactGross(pools);
      const { left } = sendThroughNetwork(
        {
          method: 'reciprocal',
          pools: pools.map(({ services, endWeight }, index) => ({
            key: keyOf(index),
            endWeight,
            services: services.map(({ to, weight }) => ({ pool: keyOf(to), weight })),
          })),
        },
        new Map(pools.map(({ own }, index) => [keyOf(index), [Number(own)]])),
        1,
      );
      for (const index of [0, 40, 80]) {
        const exact = Number((gross?.numerators[index] ?? 0n) / (gross?.denominator ?? 1n));
        expect(Math.abs((left.get(keyOf(index))?.[0] as number) - exact)).toBeLessThan(size);
      }
    }
  });

  it('names every loop that never reaches an end, its pools in the order of the loop', () => {
    const pool = (key: string, endWeight: bigint, ...to: string[]): NetworkPool => ({
      key,
      endWeight,
      services: to.map((served) => ({ pool: served, weight: 1n })),
    });
    const pools = [
      pool('a', 0n, 'c'),
      pool('b', 0n, 'a'),
      pool('c', 0n, 'b'),
      pool('d', 5n, 'a'),
      pool('x', 0n, 'y'),
      pool('y', 0n, 'x'),
      pool('open', 1n, 'other'),
      pool('other', 0n, 'open'),
    ];
    expect(loopsWithoutExit(pools)).toEqual([
      ['a', 'c', 'b'],
      ['x', 'y'],
    ]);
    expect(() => sendThroughNetwork({ pools, method: 'reciprocal' }, new Map(), 1)).toThrow(
      /a -> c -> b -> a; x -> y -> x/,
    );
  });

  it('step-down closes by rule: the largest share given to other pools first, unless the order is chosen', () => {
    const pools: NetworkPool[] = [
      {
        key: 'DP',
        endWeight: 85n,
        services: [
          { pool: 'HR', weight: 8n },
          { pool: 'RM', weight: 7n },
        ],
      },
      {
        key: 'HR',
        endWeight: 70n,
        services: [
          { pool: 'DP', weight: 20n },
          { pool: 'RM', weight: 10n },
        ],
      },
      { key: 'RM', endWeight: 100n, services: [] },
    ];
    expect(stepDownOrder({ pools, method: 'step-down' })).toEqual(['HR', 'DP', 'RM']);
    expect(stepDownOrder({ pools, method: 'step-down', closeFirst: ['DP'] })).toEqual(['DP', 'HR', 'RM']);
  });
});
