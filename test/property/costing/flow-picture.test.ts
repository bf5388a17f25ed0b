import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flowPicture, type FlowLink, REST } from '../../../src/costing/core/flow-picture.ts';

const POOLS = ['a', 'b', 'c', 'd', 'e', 'f'];
const facts = fc.record({
  own: fc.array(
    fc.record({
      element: fc.constantFrom('labour', 'overhead'),
      pool: fc.constantFrom(...POOLS),
      minor: fc.bigInt(1n, 9_999n),
    }),
    { minLength: 1, maxLength: 12 },
  ),
  between: fc.array(
    fc.record({ from: fc.constantFrom(...POOLS), to: fc.constantFrom(...POOLS), minor: fc.bigInt(1n, 9_999n) }),
    { maxLength: 25 },
  ),
  mostPools: fc.integer({ min: 2, max: 8 }),
});
const sum = (links: readonly FlowLink[]): bigint => links.reduce((total, { minor }) => total + minor, 0n);

function hasLoop(links: readonly FlowLink[]): boolean {
  let left = [...links];
  for (;;) {
    const next = left.filter(({ from }) => left.some(({ to }) => to === from));
    if (next.length === left.length) return left.length > 0;
    left = next;
  }
}

describe('the picture of flows', () => {
  it('has a direction, leaves nothing out, and every pool gives what it gets', () => {
    let circulated = 0n;
    fc.assert(
      fc.property(facts, ({ own, between, mostPools }) => {
        const balance = (pool: string): bigint =>
          sum(own.filter((o) => o.pool === pool).map((o) => ({ from: o.element, to: pool, minor: o.minor }))) +
          sum(between.filter(({ to }) => to === pool)) -
          sum(between.filter(({ from }) => from === pool));
        const ends = POOLS.flatMap((pool) => [
          { pool, end: 'renji', minor: balance(pool) / 3n },
          { pool, end: ' nobody', minor: balance(pool) - balance(pool) / 3n },
        ]);
        const picture = flowPicture({ own, between, ends, apart: new Set([' nobody']), mostPools, mostEnds: 5 });
        expect(hasLoop(picture.between)).toBe(false);
        expect(sum(picture.elements)).toBe(own.reduce((total, { minor }) => total + minor, 0n));
        expect(sum(picture.ends)).toBe(sum(picture.elements));
        const shown = new Set([...picture.elements, ...picture.between].map(({ to }) => to));
        expect([...shown].filter((pool) => pool !== REST).length).toBeLessThanOrEqual(mostPools);
        for (const pool of shown) {
          const gets = sum([...picture.elements, ...picture.between].filter(({ to }) => to === pool));
          const gives = sum([...picture.between, ...picture.ends].filter(({ from }) => from === pool));
          expect(gives).toBe(gets);
        }
        circulated += picture.circulated;
      }),
      { seed: 11 },
    );
    expect(circulated).toBeGreaterThan(0n);
  });

  it('lets cost that goes there and back cancel out', () => {
    const picture = flowPicture({
      own: [{ element: 'overhead', pool: 'a', minor: 100n }],
      between: [
        { from: 'a', to: 'b', minor: 60n },
        { from: 'b', to: 'a', minor: 20n },
      ],
      ends: [
        { pool: 'a', end: 'renji', minor: 60n },
        { pool: 'b', end: 'renji', minor: 40n },
      ],
      apart: new Set(),
      mostPools: 9,
      mostEnds: 9,
    });
    expect(picture.between).toEqual([{ from: 'a', to: 'b', minor: 40n }]);
    expect(picture.circulated).toBe(40n);
  });
});
