import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  allocateNetwork,
  ClosedLoop,
  NETWORK_METHODS,
  type SupportPool,
} from '../../../src/costing/core/pool-network.ts';

const pool = (key: string, ownMinor: bigint, uses: Record<string, bigint>): SupportPool => ({
  key,
  ownMinor,
  uses: Object.entries(uses).map(([receiver, quantity]) => ({ receiver, quantity })),
});
const keys = ['p0', 'p1', 'p2', 'p3'];
const network = fc
  .array(
    fc.record({
      own: fc.bigInt(-(10n ** 9n), 10n ** 9n),
      uses: fc.dictionary(fc.constantFrom(...keys, 'machining', 'assembly', 'tests'), fc.bigInt(0n, 1000n)),
    }),
    { minLength: 1, maxLength: keys.length },
  )
  .map((pools) =>
    pools.map(({ own, uses }, index) => pool(keys[index] as string, own, { [`own${index}`]: 1n, ...uses })),
  );
const sum = (values: Iterable<bigint>): bigint => [...values].reduce((a, b) => a + b, 0n);

// HR, depot, refrigeration maintenance of the domain's example, as shares in hundredths.
const HR = pool('HR', 8_000_000n, { DP: 20n, RM: 10n, machining: 40n, assembly: 30n });
const DP = pool('DP', 12_000_000n, { HR: 8n, RM: 7n, machining: 30n, assembly: 55n });
const RM = pool('RM', 4_000_000n, { machining: 50n, assembly: 50n });

describe('pools that serve each other', () => {
  it.each(NETWORK_METHODS)('%s conserves every minor unit', (method) => {
    fc.assert(
      fc.property(network, (pools) => {
        const { finals, unallocated } = allocateNetwork(pools, method);
        expect(sum(finals.values()) + sum(unallocated.values())).toBe(sum(pools.map((p) => p.ownMinor)));
      }),
    );
  });

  it('reciprocal: the worked example', () => {
    const { gross, finals } = allocateNetwork([HR, DP, RM], 'reciprocal');
    expect(Object.fromEntries(gross)).toEqual({ HR: 9_105_691n, DP: 13_821_138n, RM: 5_878_049n });
    expect(Object.fromEntries(finals)).toEqual({ machining: 10_727_642n, assembly: 13_272_358n });
  });

  it('direct: the worked example', () => {
    const { finals } = allocateNetwork([HR, DP, RM], 'direct');
    expect(Object.fromEntries(finals)).toEqual({ machining: 10_806_723n, assembly: 13_193_277n });
  });

  it('step-down: the order of closing decides', () => {
    const depotFirst = allocateNetwork([DP, HR, RM], 'step-down').finals;
    expect(Object.fromEntries(depotFirst)).toEqual({ machining: 11_060_000n, assembly: 12_940_000n });
    const hrFirst = allocateNetwork([HR, DP, RM], 'step-down').finals;
    expect(Object.fromEntries(hrFirst)).toEqual({ machining: 10_552_174n, assembly: 13_447_826n });
  });

  it('names the pools of a loop that never reaches a final cost object', () => {
    const loop = [pool('a', 100n, { b: 1n }), pool('b', 100n, { a: 1n }), pool('c', 5n, { a: 1n, work: 1n })];
    expect(() => allocateNetwork(loop, 'reciprocal')).toThrow(ClosedLoop);
    expect(() => allocateNetwork(loop, 'reciprocal')).toThrow(/a, b$/);
  });

  it('keeps what an unused pool costs visible, services received included', () => {
    const { finals, unallocated } = allocateNetwork(
      [pool('a', 100n, { b: 1n, work: 1n }), pool('b', 7n, {})],
      'reciprocal',
    );
    expect(finals.get('work')).toBe(50n);
    expect(unallocated.get('b')).toBe(57n);
  });
});
