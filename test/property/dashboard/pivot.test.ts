// Law of the pivot: however cost is split into rows and columns, not one minor unit appears or disappears.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { COST_ELEMENTS } from '../../../src/contracts/costs.ts';
import type { Summary } from '../../../src/contracts/http/costs.ts';
import { moneyOf } from '../../../src/contracts/money.ts';
import { MOST_COLUMNS, pivotOf } from '../../../src/dashboard/views/costs/pivot.ts';

const money = fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n });
const code = fc.option(fc.constantFrom(...Array.from({ length: 14 }, (_, index) => `c${index}`)), { freq: 8 });

const summaryOf = (
  rows: { product: string | null; second: string | null; total: bigint; unused?: bigint; unallocated?: bigint }[],
  second: string,
): Summary => ({
  by: ['product'],
  from: '2026-01',
  to: '2026-03',
  currency: 'CNY',
  rows: rows.map(({ product, second: other, total, unused = 0n, unallocated = 0n }) => ({
    keys: { product, [second]: other },
    labels: {},
    direct: moneyOf(total - unused - unallocated, 'CNY'),
    allocated: moneyOf(0n, 'CNY'),
    unallocated: moneyOf(unallocated, 'CNY'),
    unused: moneyOf(unused, 'CNY'),
    total: moneyOf(total, 'CNY'),
    lines: 1,
  })),
  direct: moneyOf(0n, 'CNY'),
  allocated: moneyOf(0n, 'CNY'),
  unallocated: moneyOf(0n, 'CNY'),
  unused: moneyOf(0n, 'CNY'),
  total: moneyOf(0n, 'CNY'),
  exchange: [],
  notConverted: [],
  provisional: false,
  position: 1,
});

const few = fc.oneof(fc.constant(0n), money);

const sum = (amounts: Iterable<bigint>): bigint => [...amounts].reduce((a, b) => a + b, 0n);

test('rows, columns and cells add up to the same total', () => {
  const line = fc.record({ product: code, second: code, total: money, unused: few, unallocated: few });
  fc.assert(
    fc.property(fc.array(line, { maxLength: 60 }), (rows) => {
      const pivot = pivotOf(summaryOf(rows, 'customer'), 'product', 'customer', 'total');
      const whole = sum(rows.map(({ total }) => total));
      expect(pivot.total).toBe(whole);
      expect(sum(pivot.rows.map(({ total }) => total))).toBe(whole);
      expect(sum(pivot.columns.map(({ total }) => total))).toBe(whole);
      expect(pivot.columns.length).toBeLessThanOrEqual(MOST_COLUMNS);
      for (const row of pivot.rows) {
        expect(sum(pivot.columns.map(({ key }) => pivot.cells.get(row.key)?.get(key) ?? 0n))).toBe(row.total);
      }
    }),
  );
});

test('cost elements keep their fixed order and each its own column', () => {
  const rows = [...COST_ELEMENTS].reverse().map((element) => ({ product: 'p', second: element, total: 5n }));
  const pivot = pivotOf(summaryOf(rows, 'element'), 'product', 'element', 'total');
  expect(pivot.columns.map(({ code: element }) => element)).toEqual([...COST_ELEMENTS]);
});

test('capacity nobody used stands apart from cost without a product, however many columns there are, and in a pool it is its own', () => {
  const line = fc.record({ product: code, second: code, total: money, unused: few, unallocated: few });
  fc.assert(
    fc.property(fc.array(line, { maxLength: 60 }), (rows) => {
      const { columns } = pivotOf(summaryOf(rows, 'customer'), 'product', 'customer', 'total');
      const apart = sum(rows.filter(({ second }) => second === null).map(({ unused }) => unused));
      const head = columns.find(({ way }) => way === 'unused');
      expect(head?.total ?? 0n).toBe(apart);
      const inPools = pivotOf(
        summaryOf(
          rows.map((row) => ({ ...row, second: row.second ?? 'c0' })),
          'pool',
        ),
        'pool',
        null,
        'total',
      );
      expect(inPools.rows.filter(({ way }) => way !== null)).toEqual([]);
    }),
  );
  const [platform] = [{ product: null, second: null, total: 100n, unused: 30n, unallocated: 0n }];
  const { rows } = pivotOf(summaryOf([platform], 'pool'), 'product', null, 'total');
  expect(rows.map(({ way, total }) => [way, total])).toEqual([
    ['direct', 70n],
    ['unused', 30n],
  ]);
});

test('others of the answer stand last with how many they are, and cannot be opened', () => {
  const summary = summaryOf(
    [
      { product: 'a', second: 'labour', total: 5n },
      { product: null, second: 'labour', total: 90n },
    ],
    'element',
  );
  const [first, second] = summary.rows;
  const rows = [first, { ...second, others: { product: 2_800 } }] as Summary['rows'];
  const pivot = pivotOf({ ...summary, rows }, 'product', 'element', 'total');
  expect(pivot.rows.map((one) => [one.code, one.rest, one.way, one.total])).toEqual([
    ['a', 0, null, 5n],
    [null, 2_800, 'closed', 90n],
  ]);
  expect(pivot.total).toBe(95n);
});
