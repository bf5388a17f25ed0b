import fc from 'fast-check';
import { expect, it } from 'vitest';
import { grossSolver } from '../../../src/costing/core/bounded-gross.ts';
import { componentsOf } from '../../../src/costing/core/pool-order.ts';
import { exactGross } from '../../support/exact-network.ts';

const POINT = 2n ** 200n;
/** A double as a whole number of parts of `POINT`; doubles this large or small do not occur. */
function exactly(value: number): bigint {
  let [mantissa, parts] = [value, POINT];
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    parts /= 2n;
  }
  return BigInt(mantissa) * parts;
}
const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);

const drawn = fc.integer({ min: 1, max: 14 }).chain((size) =>
  fc.array(
    fc.record({
      own: fc.bigInt(-(10n ** 13n), 10n ** 13n),
      services: fc.uniqueArray(
        fc.record({ to: fc.nat(size - 1), weight: fc.oneof(fc.bigInt(1n, 20n), fc.bigInt(1n, 10n ** 17n)) }),
        { selector: ({ to }) => to, maxLength: 6 },
      ),
      endWeight: fc.oneof(fc.bigInt(1n, 10n ** 9n), fc.constant(0n)),
    }),
    { minLength: size, maxLength: size },
  ),
);

it('gross costs in doubles are within their bounds of the exact fractions, or are not given', () => {
  let given = 0;
  fc.assert(
    fc.property(drawn, (pools) => {
      const network = pools.map((pool, index) => ({
        ...pool,
        services: pool.services.filter(({ to }) => to !== index).sort((a, b) => a.to - b.to),
      }));
      const exact = exactGross(network);
      const graph = {
        services: network.map((each) => each.services),
        endWeights: network.map((each) => each.endWeight),
      };
      if (exact === null) return;
      const found = grossSolver(graph, componentsOf(graph))(network.map(({ own }) => Number(own)));
      if (found === null) return;
      given += 1;
      const { numerators, denominator, outputs } = exact;
      found.gross.forEach((value, pool) => {
        const is = (outputs[pool] || 1n) * (numerators[pool] as bigint) * POINT;
        const off = magnitude(exactly(value) * denominator - is);
        expect(off <= exactly(found.error[pool] as number) * magnitude(denominator)).toBe(true);
      });
    }),
    { numRuns: 500 },
  );
  expect(given).toBeGreaterThan(250);
});
