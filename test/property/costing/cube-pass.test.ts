// Laws of the pass over columns: however many columns a key has, however they are staged, sums are exact; a pass that
// finds more groups than it may is given up, never cut.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDictionaries, createLines, LINE_COLUMNS } from '../../../src/costing/cube/lines.ts';
import { TooManyGroups } from '../../../src/costing/cube/groups.ts';
import { partOfLines } from '../../../src/costing/cube/parts.ts';
import { pivot, type Stage } from '../../../src/costing/cube/pivot.ts';

const COLUMNS = ['product', 'customer', 'region'] as const;
/** Codes of one, two and four bytes. */
const code = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 250, max: 260 }), fc.constant(70_000));
const line = fc.record({
  codes: fc.tuple(code, code, code),
  amountMinor: fc.oneof(fc.bigInt({ min: -1000n, max: 1000n }), fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n })),
});

function linesOf(all: readonly { codes: readonly number[]; amountMinor: bigint }[]) {
  const lines = createLines();
  for (const { codes, amountMinor } of all) {
    lines.add(
      LINE_COLUMNS.map((column) => codes[COLUMNS.findIndex((own) => own === column)] ?? 0),
      amountMinor,
    );
  }
  return lines;
}

/** Codes below 80,000 in every column; cut into stages where `cuts` says. */
function stagesOf(cuts: readonly boolean[]): Stage[] {
  const size = 80_000;
  const stages: { factors: { column: (typeof COLUMNS)[number]; table: Float64Array }[]; space: number }[] = [];
  COLUMNS.forEach((column, index) => {
    const last = stages.at(-1);
    const stage = last && !cuts[index] ? last : { factors: [], space: 1 };
    if (stage !== last) stages.push(stage);
    const stride = stage.space;
    stage.factors.push({ column, table: Float64Array.from({ length: size }, (_, at) => at * stride) });
    stage.space *= size;
  });
  return stages;
}

function plainly(all: readonly { codes: readonly number[]; amountMinor: bigint }[]): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const { codes, amountMinor } of all) {
    const key = codes.join(' ');
    sums.set(key, (sums.get(key) ?? 0n) + amountMinor);
  }
  return sums;
}

describe('a pass over columns', () => {
  it('gives the sums of adding up, exactly, in whatever stages the columns are keyed', () => {
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 40 }),
        fc.tuple(fc.constant(true), fc.boolean(), fc.boolean()),
        (all, cuts) => {
          const stages = stagesOf(cuts);
          const groups = pivot([partOfLines('direct', linesOf(all), stages, 0)], { stages, limit: 100 });
          const found = groups.map(({ keys, sums }) => {
            const codes: number[] = [];
            stages.forEach(({ factors }, stage) => {
              let key = keys[stage] ?? 0;
              for (const _ of factors) {
                codes.push(key % 80_000);
                key = Math.floor(key / 80_000);
              }
            });
            return [codes.join(' '), sums.direct] as const;
          });
          expect(new Map(found)).toEqual(plainly(all));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('gives up past its limit', () => {
    const all = Array.from({ length: 11 }, (_, i) => ({ codes: [i, i, i], amountMinor: 1n }));
    const stages = stagesOf([true, false, false]);
    const part = partOfLines('direct', linesOf(all), stages, 0);
    expect(pivot([part], { stages, limit: 11 })).toHaveLength(11);
    expect(() => pivot([part], { stages, limit: 10 })).toThrow(TooManyGroups);
  });

  it('a value keeps its number, and none has the number of no value', () => {
    const { product } = createDictionaries();
    const codes = ['a', 'b', 'a', ''].map((text) => product.codeOf(text));
    expect(codes).toEqual([1, 2, 1, 0]);
    expect([product.textOf(1), product.textOf(0), product.find('b'), product.find('c')]).toEqual(['a', null, 2, null]);
  });
});
