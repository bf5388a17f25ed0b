import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { brierOf, psiOf, retrainingOf } from '../../../src/predictor/core/drift/watch.ts';
import { canonicalJson, hashOf } from '../../../src/predictor/models/canonical.ts';

describe('the one way to write a model down', () => {
  const json = fc.jsonValue({ maxDepth: 4 });

  test('says the same as JSON, whatever the order of the keys', () => {
    const shuffled = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(shuffled);
      if (value === null || typeof value !== 'object') return value;
      return Object.fromEntries(
        Object.entries(value)
          .toReversed()
          .map(([key, item]) => [key, shuffled(item)]),
      );
    };
    fc.assert(
      fc.property(json, (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(hashOf(canonicalJson(shuffled(value)))).toBe(hashOf(text));
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });

  test('refuses what JSON cannot keep instead of turning it into null', () => {
    expect(() => canonicalJson({ leaf: Number.NaN })).toThrow('NaN');
    expect(() => canonicalJson([1, undefined])).toThrow('undefined');
  });
});

describe('drift', () => {
  const scores = (n: number, shape: (u: number) => number): number[] =>
    Array.from({ length: n }, (_, i) => shape((i + 0.5) / n));

  test('there is none between two looks at the same, and any monotone rescaling leaves it as it is', () => {
    const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 100, maxLength: 300 });
    fc.assert(
      fc.property(values, values, (before, after) => {
        expect(psiOf(before, before)).toBeCloseTo(0, 12);
        const psi = psiOf(before, after) as number;
        expect(psi).toBeGreaterThanOrEqual(0);
        // Exact in floating point, so that no tie is made or broken.
        const doubled = (list: number[]) => list.map((value) => value * 4);
        expect(psiOf(doubled(before), doubled(after))).toBeCloseTo(psi, 12);
      }),
      { numRuns: 50 },
    );
  });

  test('a shift of everything is beyond the limit; too few rows say nothing', () => {
    const before = scores(500, (u) => u * 0.4);
    expect(
      psiOf(
        before,
        scores(500, (u) => 0.3 + u * 0.4),
      ),
    ).toBeGreaterThan(0.25);
    expect(
      psiOf(
        before,
        scores(50, (u) => u),
      ),
    ).toBeNull();
  });

  test('what tells less than the base rate is to be trained anew, with the reason in both languages', () => {
    const outcomes = scores(40, (u) => u).map((u, i) => ({ probability: 1 - u, failed: i >= 20 }));
    const brier = brierOf(outcomes);
    expect(brier?.score).toBeGreaterThan(brier?.ofBaseRate as number);
    expect(retrainingOf({ scorePsi: 0.1, brier, coverage: 0.8, inputs: [] })?.en).toContain('base rate');
    expect(retrainingOf({ scorePsi: 0.1, brier, coverage: 0.8, inputs: [] })?.zh).toContain('基础故障率');
    expect(retrainingOf({ scorePsi: 0.1, brier: null, coverage: 0.8, inputs: [] })).toBeNull();
    expect(retrainingOf({ scorePsi: null, brier: null, coverage: 0.4, inputs: [] })?.en).toContain('40 %');
  });
});
