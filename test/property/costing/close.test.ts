// The pure parts of a month's end: what stands in the way of closing, what a final run moved, and the lines a general ledger reads.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ChecklistItem, CLOSE_ITEMS } from '../../../src/contracts/http/periods.ts';
import { minorOf } from '../../../src/contracts/money.ts';
import { changedSince, hindrancesOf, withReasons } from '../../../src/costing/core/close/checklist.ts';
import { type PlacedAmount, trueUpOf } from '../../../src/costing/core/close/true-up.ts';
import { EXPORT_FORMAT, type ExportRow } from '../../../src/costing/core/journal/export-lines.ts';

const money = fc.record({
  amount: fc.integer({ min: -999, max: 999 }).map(String),
  currency: fc.constantFrom('CNY', 'EUR'),
});
const checklist: fc.Arbitrary<ChecklistItem[]> = fc.tuple(
  ...CLOSE_ITEMS.map((item) =>
    fc.record({
      item: fc.constant(item),
      n: fc.nat(3),
      amounts: fc.uniqueArray(money, { maxLength: 2, selector: ({ currency }) => currency }),
      owner: fc.constant('controller' as const),
      link: fc.constant('/costs'),
      blocking: fc.boolean(),
      reason: fc.constant(null),
    }),
  ),
);
const reasons = fc.dictionary(fc.constantFrom(...CLOSE_ITEMS), fc.constantFrom('known', 'in order'));

describe('a checklist', () => {
  it('hinders by exactly what found something and is blocking or has no reason', () => {
    fc.assert(
      fc.property(checklist, reasons, (items, given) => {
        const named = new Set(hindrancesOf(withReasons(items, given)).map(({ item }) => item));
        for (const { item, n, blocking } of items)
          expect([item, named.has(item)]).toEqual([item, n > 0 && (blocking || given[item] === undefined)]);
      }),
    );
  });

  it('has changed only where something else is found, however the amounts are ordered, and never by finding nothing', () => {
    fc.assert(
      fc.property(checklist, checklist, (before, now) => {
        expect(
          changedSince(
            now,
            now.map((item) => ({ ...item, amounts: [...item.amounts].reverse() })),
          ),
        ).toEqual([]);
        const changed = new Set(changedSince(before, now));
        for (const [index, { item, n }] of now.entries()) {
          if (n === 0) expect(changed.has(item)).toBe(false);
          else if (before[index]?.n !== n) expect(changed.has(item)).toBe(true);
        }
      }),
    );
  });
});

const placed: fc.Arbitrary<PlacedAmount[]> = fc.array(
  fc.record({
    dimension: fc.constantFrom('pool', 'customer', 'region'),
    value: fc.constantFrom('a', 'b', 'c', null),
    currency: fc.constantFrom('CNY', 'EUR'),
    amountMinor: fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
  }),
  { maxLength: 20 },
);
const sumOf = (amounts: readonly PlacedAmount[], dimension: string): bigint =>
  amounts.filter((one) => one.dimension === dimension).reduce((sum, { amountMinor }) => sum + amountMinor, 0n);

describe('a true-up', () => {
  it('moves in every dimension what the final run moved, and tells nothing when nothing moved but the pools', () => {
    fc.assert(
      fc.property(placed, placed, (provisional, final) => {
        const lines = trueUpOf(provisional, final, 100);
        for (const dimension of ['pool', 'customer', 'region']) {
          const own = lines.filter((line) => line.dimension === dimension);
          expect(own.reduce((sum, line) => sum + line.finalMinor - line.provisionalMinor, 0n)).toBe(
            sumOf(final, dimension) - sumOf(provisional, dimension),
          );
        }
        expect(trueUpOf(final, final, 100).filter(({ dimension }) => dimension !== 'pool')).toEqual([]);
      }),
    );
  });

  it('is the same in whatever order the amounts come, and keeps the largest when there are too many', () => {
    fc.assert(
      fc.property(placed, placed, fc.integer({ min: 1, max: 3 }), (provisional, final, limit) => {
        const size = ({ finalMinor, provisionalMinor }: { finalMinor: bigint; provisionalMinor: bigint }): bigint =>
          finalMinor > provisionalMinor ? finalMinor - provisionalMinor : provisionalMinor - finalMinor;
        const keyed = (lines: ReturnType<typeof trueUpOf>) =>
          lines
            .map((line) =>
              JSON.stringify(line, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
            )
            .sort();
        const all = trueUpOf(provisional, final, 100);
        expect(keyed(trueUpOf(provisional.toReversed(), final.toReversed(), 100))).toEqual(keyed(all));
        for (const dimension of ['pool', 'customer', 'region']) {
          const of = (lines: typeof all) => lines.filter((line) => line.dimension === dimension).map(size);
          expect(of(trueUpOf(provisional, final, limit))).toEqual(of(all).slice(0, limit));
        }
      }),
    );
  });
});

const text = fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom('=1+1', 'a,"b"', '-x', '@y', 'a\r\nb', '仓库'));
const row: fc.Arbitrary<ExportRow> = fc.record({
  batch: fc.nat(9),
  journal: fc.nat(999).map(String),
  line: fc.nat(99),
  kind: fc.constantFrom('facts', 'run', 'reversal'),
  period: fc.constant('2026-05'),
  postedOn: fc.constant('2026-05-31'),
  account: fc.constantFrom('5010', '1300'),
  element: fc.constant('labour'),
  pool: fc.option(text),
  amountMinor: fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }).filter((amount) => amount !== 0n),
  currency: fc.constantFrom('CNY', 'JPY'),
  fact: fc.option(fc.nat(99).map(String)),
  occurredOn: fc.constant('2026-05-03'),
  source: fc.option(text),
  workOrder: fc.constant(null),
  run: fc.constant(null),
  reverses: fc.constant(null),
});
const fileOf = (format: 'csv' | 'json', rows: readonly ExportRow[]): string => {
  const { head, line, tail } = EXPORT_FORMAT[format];
  return head + rows.map(line).join('') + tail;
};
/** A reader of RFC 4180 that knows nothing of the writer. */
function parseCsv(csv: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain = '', end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/gy)) {
    const fields = rows.at(-1) as string[];
    fields.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === '\r\n') rows.push([]);
    if (end === '') break;
  }
  return rows.filter((fields) => fields.length > 1);
}

describe('the lines of a batch', () => {
  it('say the same amounts in CSV and JSON, on one side each, and add up to what the entries do', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 12 }), (rows) => {
        const [head = [], ...lines] = parseCsv(fileOf('csv', rows));
        const objects = JSON.parse(fileOf('json', rows)) as Record<string, string | number | null>[];
        expect([lines.length, objects.length]).toEqual([rows.length, rows.length]);
        for (const [index, { amountMinor, currency, pool, source, fact }] of rows.entries()) {
          const told = Object.fromEntries(head.map((name, column) => [name, lines[index]?.[column] ?? '']));
          const own = objects[index] ?? {};
          for (const side of ['debit', 'credit']) expect(told[side]).toBe(own[side] ?? '');
          const minor = (side: string): bigint => minorOf({ amount: told[side] || '0', currency }) ?? -1n;
          expect([minor('debit') - minor('credit'), minor('debit') * minor('credit')]).toEqual([amountMinor, 0n]);
          // Numbers of things are numbers, as in every other answer.
          expect(own['fact']).toBe(fact === null ? null : Number(fact));
          expect(told['fact']).toBe(fact ?? '');
          expect(typeof own['journal']).toBe('number');
          for (const [name, value] of [
            ['pool', pool],
            ['source', source],
          ] as const) {
            expect(own[name]).toBe(value);
            // What a spreadsheet would run is told as text, and nothing else is touched.
            expect([value ?? '', `'${value}`]).toContain(told[name]);
            expect(told[name]).not.toMatch(/^[=+@-]/);
          }
        }
      }),
    );
  });
});
