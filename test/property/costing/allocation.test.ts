import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocateDirect, UNALLOCATED } from '../../../src/costing/core/allocation.ts';

const drivers = ['hours', 'visits', 'devices'];
const pool = fc.record({
  pool: fc.constantFrom('callcentre', 'depot', 'training', 'platform'),
  element: fc.constantFrom('overhead', 'labour', 'freight'),
  currency: fc.constantFrom('CNY', 'EUR'),
  amountMinor: fc.bigInt(-(10n ** 12n), 10n ** 12n),
});
const pools = fc.uniqueArray(pool, { selector: (p) => `${p.pool} ${p.element} ${p.currency}` });
const quantities = fc.dictionary(
  fc.constantFrom(...drivers),
  fc.uniqueArray(
    fc.record({ receiver: fc.integer({ max: 50, min: 1 }).map(String), quantityMilli: fc.bigInt(-5000n, 50_000n) }),
    { selector: (q) => q.receiver },
  ),
);
const segments = fc.dictionary(
  fc.constantFrom('callcentre', 'depot', 'training', 'platform'),
  fc.constantFrom(...drivers),
);

describe('direct allocation', () => {
  it('sum out = sum in for every pool, element and currency', () => {
    fc.assert(
      fc.property(pools, quantities, segments, (amounts, moved, driverOf) => {
        const lines = allocateDirect({
          pools: amounts,
          driverOf: (code) => driverOf[code],
          quantitiesOf: (driver) => moved[driver] ?? [],
        });
        for (const { pool: code, element, currency, amountMinor } of amounts) {
          const own = lines.filter((l) => l.pool === code && l.element === element && l.currency === currency);
          expect(own.reduce((sum, line) => sum + line.amountMinor, 0n)).toBe(amountMinor);
          expect(new Set(own.map((line) => line.receiver)).size).toBe(own.length);
        }
      }),
    );
  });

  it('keeps what no driver can place on one visible line', () => {
    const amount = { pool: 'depot', element: 'overhead', currency: 'CNY', amountMinor: 999n };
    const quantitiesOf = () => [{ receiver: 'work-order:1', quantityMilli: -500n }];
    const [byDriver] = allocateDirect({ pools: [amount], driverOf: () => 'hours', quantitiesOf });
    expect(byDriver).toEqual({ ...amount, receiver: UNALLOCATED, driver: 'hours', driverQuantityMilli: 0n });
    const [withoutSegment] = allocateDirect({ pools: [amount], driverOf: () => undefined, quantitiesOf });
    expect(withoutSegment).toMatchObject({ receiver: UNALLOCATED, driver: 'none', amountMinor: 999n });
  });
});
