// The laws of intervals: they hold the share of truths that they promise, wider where errors are larger, and after a shift
// the adaptive level brings the promise back.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { afterOutcome, startAdaptive, stretched } from '../../../src/predictor/core/conformal/adaptive.ts';
import { conformalQuantile, fitBands, intervalAt, shareBelow } from '../../../src/predictor/core/conformal/bands.ts';
import { seededRandom } from '../../../src/predictor/core/random.ts';

const RUNS = { seed: 21, numRuns: 25 };
const CAP = 125;

/** Predictions from 0 to the cap whose errors grow with them. */
function predictions(n: number, random: () => number, spread = 0.2): { predicted: number[]; truths: number[] } {
  const predicted = Array.from({ length: n }, () => random() * CAP);
  const noise = (): number => random() + random() + random() - 1.5;
  return { predicted, truths: predicted.map((value) => Math.max(0, value + spread * (10 + value) * noise())) };
}

const covered = (
  { predicted, truths }: ReturnType<typeof predictions>,
  bands: ReturnType<typeof fitBands>,
  miss: number,
) =>
  predicted.filter((value, at) => {
    const { low, high } = intervalAt(bands, value, miss);
    const truth = Math.min(CAP, truths[at] as number);
    return truth >= low && truth <= high;
  }).length / predicted.length;

describe('intervals', () => {
  test('hold the promised share of exchangeable truths, within what chance allows', () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(0.1, 0.2, 0.4), (seed, miss) => {
        const random = seededRandom(seed);
        const bands = fitBands(...both(predictions(4000, random)), { cap: CAP, independent: 4000 });
        const share = covered(predictions(4000, random), bands, miss);
        // Five standard deviations of two samples of 4,000.
        const slack = 5 * Math.sqrt((miss * (1 - miss) * 2) / 4000);
        expect(share).toBeGreaterThan(1 - miss - slack);
        expect(share).toBeLessThan(1 - miss + slack + 0.02);
      }),
      RUNS,
    );
  });

  test('are wider where errors were larger, and the more so the fewer units speak', () => {
    const given = predictions(4000, seededRandom(1));
    const many = fitBands(...both(given), { cap: CAP, independent: 4000 });
    const few = fitBands(...both(given), { cap: CAP, independent: 12 });
    const width = (bands: typeof many, at: number): number =>
      intervalAt(bands, at, 0.2).high - intervalAt(bands, at, 0.2).low;
    expect(width(many, 90)).toBeGreaterThan(2 * width(many, 15));
    for (const at of [15, 50, 90]) expect(width(few, at)).toBeGreaterThan(width(many, at));
  });

  test('at the cap end there, and the share below a limit falls with the prediction', () => {
    const bands = fitBands(...both(predictions(4000, seededRandom(2))), { cap: CAP, independent: 4000 });
    expect(intervalAt(bands, 124, 0.2).high).toBe(CAP);
    const shares = [5, 20, 40, 80].map((predicted) => shareBelow(bands, predicted, 30));
    expect(shares).toEqual([...shares].sort((a, b) => b - a));
    expect(shares[0]).toBeGreaterThan(0.9);
    expect(shares[3]).toBeLessThan(0.1);
  });

  test('the corrected quantile is the place (n + 1) x level, and the largest when that is beyond the sample', () => {
    const sorted = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    expect(conformalQuantile(sorted, 0.9)).toBe(9);
    expect(conformalQuantile(sorted, 0.5)).toBe(5);
    expect(conformalQuantile(sorted, 0.99)).toBe(9);
  });

  test('too few errors are refused', () => {
    expect(() => fitBands([1], [1], { cap: CAP, independent: 1 })).toThrow('too few');
  });
});

const both = ({ predicted, truths }: ReturnType<typeof predictions>): [number[], number[]] => [predicted, truths];

describe('the adaptive level', () => {
  /** Share of misses among the last 500 of 2,000 outcomes, the errors three times larger than they were learned. */
  function missesAfterShift(isAdaptive: boolean, seed: number): number {
    const random = seededRandom(seed);
    const bands = fitBands(...both(predictions(2000, random, 0.1)), { cap: CAP, independent: 2000 });
    const shifted = predictions(2000, random, 0.3);
    let state = startAdaptive();
    let late = 0;
    shifted.predicted.forEach((value, at) => {
      const plain = intervalAt(bands, value, 0.2);
      const { low, high } = isAdaptive ? stretched(plain, value, state, CAP) : plain;
      const truth = Math.min(CAP, shifted.truths[at] as number);
      const isMissed = truth < low || truth > high;
      state = afterOutcome(state, isMissed, 0.2);
      if (at >= 1500 && isMissed) late += 1;
    });
    return late / 500;
  }

  test('brings misses back towards the promise after a shift; without it they stay', () => {
    for (const seed of [1, 2, 3]) {
      expect(missesAfterShift(false, seed)).toBeGreaterThan(0.45);
      expect(missesAfterShift(true, seed)).toBeLessThan(0.25);
    }
  });

  test('misses exactly as promised in the long run, however the outcomes are chosen, and stays within its bounds', () => {
    // An adversary: misses whenever the interval is narrower than some width that wanders.
    let state = startAdaptive();
    for (let at = 0; at < 5000; at++) state = afterOutcome(state, state.stretch < 1.5 + Math.sin(at / 300), 0.2);
    expect(state.misses / state.outcomes).toBeCloseTo(0.2, 2);
    for (let at = 0; at < 500; at++) state = afterOutcome(state, true, 0.2);
    expect(state).toMatchObject({ stretch: 8, outcomes: 5500 });
  });
});
