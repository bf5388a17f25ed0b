import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocate, type AllocationPool, endWeightOf } from '../../../src/costing/core/allocation.ts';
import { loopsWithoutExit, NETWORK_METHODS, type NetworkMethod } from '../../../src/costing/core/pool-network.ts';

const ELEMENTS = ['labour', 'overhead'];
const CODES = ['callcentre', 'depot', 'platform', 'training'];
const ends = fc
  .record({
    weights: fc.array(fc.nat(50_000), { maxLength: 30 }),
    unused: fc.oneof(fc.constant(0), fc.nat(10_000)),
  })
  .map(({ weights, unused }) => ({
    receiverIds: Int32Array.from(weights.keys()),
    weights: Float64Array.from(weights),
    unusedWeight: unused,
  }));
const pools = fc.tuple(
  ...CODES.map((key) =>
    fc.record({ ends, services: fc.dictionary(fc.constantFrom(...CODES), fc.bigInt(0n, 60_000n)) }).map(
      ({ ends: own, services }): AllocationPool => ({
        key,
        ends: own,
        endWeight: endWeightOf(own),
        services: Object.entries(services).map(([pool, weight]) => ({ pool, weight })),
      }),
    ),
  ),
);
const own = fc
  .dictionary(
    fc.constantFrom(...CODES, 'without-segment'),
    fc.tuple(...ELEMENTS.map(() => fc.integer({ min: -(10 ** 9), max: 10 ** 9 }))),
  )
  .map((amounts) => new Map<string, number[]>(Object.entries(amounts)));
const sum = (values: Iterable<number>): number => [...values].reduce((a, b) => a + b, 0);

// Human resources, depot and refrigeration of the worked example: what they use of each other in hundredths, and the
// two departments that make and assemble. Receivers are in order of key: assembly before machining.
const ASSEMBLY = 1;
const MACHINING = 2;
const example = (
  key: string,
  assembly: number,
  machining: number,
  services: Record<string, bigint>,
): AllocationPool => ({
  key,
  ends: {
    receiverIds: Int32Array.of(ASSEMBLY, MACHINING),
    weights: Float64Array.of(assembly, machining),
    unusedWeight: 0,
  },
  endWeight: BigInt(assembly + machining),
  services: Object.entries(services).map(([pool, weight]) => ({ pool, weight })),
});
const EXAMPLE = [
  example('HR', 30, 40, { DP: 20n, RM: 10n }),
  example('DP', 55, 30, { HR: 8n, RM: 7n }),
  example('RM', 50, 50, {}),
];
const OWN = new Map([
  ['HR', [8_000_000]],
  ['DP', [12_000_000]],
  ['RM', [4_000_000]],
]);

function worked(method: NetworkMethod, closeFirst: string[] = []) {
  const { pools: results } = allocate({ method, closeFirst, pools: EXAMPLE, elements: ['overhead'], own: OWN });
  const carried = (receiver: number): number =>
    sum(results.map(({ receiverIds, amountsMinor }) => amountsMinor[receiverIds.indexOf(receiver)] as number));
  const gross = Object.fromEntries(results.map((r) => [r.pool, r.ownMinor + r.receivedMinor]));
  return { machining: carried(MACHINING), assembly: carried(ASSEMBLY), gross };
}

describe('an allocation', () => {
  it.each(NETWORK_METHODS)(
    '%s: own + received = sent + placed + unallocated + unused in every pool and element',
    (method) => {
      fc.assert(
        fc.property(pools, own, (list, amounts) => {
          if (method === 'reciprocal' && loopsWithoutExit(list).length > 0) return;
          const { pools: results } = allocate({ method, pools: list, elements: ELEMENTS, own: amounts });
          for (const row of results) {
            const out = row.sentMinor + sum(row.amountsMinor) + row.unallocatedMinor + row.unusedMinor;
            expect(row.ownMinor + row.receivedMinor).toBe(out);
          }
          ELEMENTS.forEach((element, column) => {
            const ofElement = results.filter((row) => row.element === element);
            const out = sum(ofElement.map((row) => sum(row.amountsMinor) + row.unallocatedMinor + row.unusedMinor));
            expect(out).toBe(sum([...amounts.values()].map((minor) => minor[column] as number)));
          });
        }),
      );
    },
  );

  it('keeps what no driver can place, and what has no segment, under the name of its pool', () => {
    const nobody = { receiverIds: new Int32Array(0), weights: new Float64Array(0), unusedWeight: 0 };
    const { pools: results } = allocate({
      method: 'direct',
      pools: [{ key: 'depot', services: [], ends: nobody, endWeight: 0n }],
      elements: ['overhead'],
      own: new Map([
        ['depot', [999]],
        ['elsewhere', [-7]],
      ]),
    });
    expect(results.map(({ pool, unallocatedMinor }) => [pool, unallocatedMinor])).toEqual([
      ['depot', 999],
      ['elsewhere', -7],
    ]);
  });

  it('pushes unused capacity onto nobody', () => {
    const half = { receiverIds: Int32Array.of(1, 2), weights: Float64Array.of(300, 200), unusedWeight: 500 };
    const { pools: results } = allocate({
      method: 'direct',
      pools: [{ key: 'callcentre', services: [], ends: half, endWeight: 1000n }],
      elements: ['labour'],
      own: new Map([['callcentre', [10_001]]]),
    });
    expect(results[0]).toMatchObject({ unusedMinor: 5001, unallocatedMinor: 0 });
    expect([...(results[0]?.amountsMinor ?? [])]).toEqual([3000, 2000]);
  });

  it('the worked example, to the cent', () => {
    expect(worked('direct')).toMatchObject({ machining: 10_806_723, assembly: 13_193_277 });
    expect(worked('step-down', ['DP'])).toMatchObject({ machining: 11_060_000, assembly: 12_940_000 });
    // By rule HR closes first: it gives more of its output to other pools than the depot does.
    expect(worked('step-down')).toMatchObject({ machining: 10_552_174, assembly: 13_447_826 });
    expect(worked('reciprocal')).toEqual({
      machining: 10_727_642,
      assembly: 13_272_358,
      gross: { HR: 9_105_691, DP: 13_821_138, RM: 5_878_049 },
    });
  });
});
