// The inputs of a model against those it was trained on: the same gives no drift, a shift is found and named, whatever the scale;
// what wanders anyhow may wander; a damaged profile is refused.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matrixOf, type Matrix } from '../../../src/predictor/core/boosting/matrix.ts';
import { driftOfInputs, profilesFrom, profilesOf } from '../../../src/predictor/core/drift/inputs.ts';
import { PSI_LIMIT, retrainingOf } from '../../../src/predictor/core/drift/watch.ts';
import { seededRandom } from '../../../src/predictor/core/random.ts';

const COLUMNS = ['steady', 'wandering', 'sometimes missing'];
const STRETCH = 200;

/** Stretches of rows: the second column has another level in each, the third is missing one time in four. */
function rowsOf(stretches: number, seed: number, change: (row: number[]) => number[] = (row) => row): Matrix {
  const random = seededRandom(seed);
  const rows = Array.from({ length: stretches * STRETCH }, (_, at) => {
    const level = 3 * Math.sin(Math.floor(at / STRETCH));
    return change([random(), level + random(), random() < 0.25 ? Number.NaN : random()]);
  });
  return matrixOf(COLUMNS, rows);
}

const profiled = (x: Matrix, use = [0.5, 0.3, 0.2]) =>
  profilesOf(x, {
    weights: new Float64Array(x.rows).fill(1),
    stretches: Int32Array.from({ length: x.rows }, (_, row) => Math.floor(row / STRETCH)),
    use,
  });

const changes = fc.constantFrom(
  { column: 0, change: ([a, b, c]: number[]) => [(a as number) + 0.5, b as number, c as number] },
  { column: 2, change: ([a, b]: number[]) => [a as number, b as number, Number.NaN] },
  { column: 1, change: ([a, , c]: number[]) => [a as number, 40, c as number] },
);

describe('drift of inputs', () => {
  const known = profiled(rowsOf(12, 1));

  test('law: rows like those of training are within every limit; what wanders is given more room', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 9_999 }), (seed) => {
        for (const { psi, limit } of driftOfInputs(known, rowsOf(12, seed))) expect(psi).toBeLessThan(limit);
      }),
      { numRuns: 20 },
    );
    const room = (name: string) => known.find((one) => one.name === name)?.usual as number;
    expect(room('steady')).toBeLessThan(PSI_LIMIT);
    expect(room('wandering')).toBeGreaterThan(PSI_LIMIT);
  });

  test('law: a column that moved comes first and is over its limit, the others are not; a scale changes nothing', () => {
    fc.assert(
      fc.property(
        changes,
        fc.integer({ min: 2, max: 9_999 }),
        fc.constantFrom(0.25, 4),
        ({ column, change }, seed, scale) => {
          const found = driftOfInputs(known, rowsOf(12, seed, change));
          expect(found[0]?.name).toBe(COLUMNS[column]);
          expect(found.map(({ psi, limit }) => psi > limit)).toEqual([true, false, false]);
          // Powers of two are exact, so that no tie is made or broken.
          const scaled = (row: number[]) => row.map((value) => value * scale);
          const elsewhere = driftOfInputs(
            profiled(rowsOf(12, 1, scaled)),
            rowsOf(12, seed, (row) => scaled(change(row))),
          );
          elsewhere.forEach(({ psi }, at) => expect(psi).toBeCloseTo(found[at]?.psi as number, 9));
        },
      ),
      { numRuns: 30 },
    );
  });

  test('too few rows say nothing; a column nobody asks is not watched', () => {
    expect(
      driftOfInputs(
        known,
        matrixOf(
          COLUMNS,
          Array.from({ length: 50 }, () => [9, 9, 9]),
        ),
      ),
    ).toEqual([]);
    expect(profiled(rowsOf(12, 1), [1, 0, 0]).map(({ name }) => name)).toEqual(['steady']);
    expect(profiled(matrixOf(COLUMNS, [[1, 2, 3]]))).toEqual([]);
  });

  test('training anew is proposed by name where the model asks what moved, and not for what it hardly asks', () => {
    const input = { name: { en: 'Flow', zh: '流量' }, psi: 1.5, limit: 0.25, use: 0.4 };
    const calm = { scorePsi: null, brier: null, coverage: null };
    expect(retrainingOf({ ...calm, inputs: [input] })?.en).toBe(
      'Train it anew: its inputs have moved: Flow (1.50 / 0.25)',
    );
    expect(retrainingOf({ ...calm, inputs: [input] })?.zh).toContain('流量（1.50 / 0.25）');
    expect(retrainingOf({ ...calm, inputs: [{ ...input, use: 0.01 }] })).toBeNull();
    expect(retrainingOf({ ...calm, inputs: [{ ...input, psi: 0.2 }] })).toBeNull();
  });

  test('a stored profile comes back as it was; a damaged one is refused, a model without any has none', () => {
    expect(profilesFrom(JSON.parse(JSON.stringify({ inputs: known })))).toEqual(known);
    expect(profilesFrom({})).toEqual([]);
    const [first] = known;
    expect(() => profilesFrom({ inputs: [{ ...first, shares: [1] }] })).toThrow('steady is not whole');
    expect(() => profilesFrom({ inputs: 'all' })).toThrow('no list');
    expect(() => profilesFrom({ inputs: [{ name: 'x' }] })).toThrow('no name, edges or shares');
  });
});
