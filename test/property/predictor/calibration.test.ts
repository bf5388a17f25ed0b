import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { calibratorOf, fitCalibration, probabilityOf } from '../../../src/predictor/core/calibration/calibration.ts';
import { fitIsotonic } from '../../../src/predictor/core/calibration/isotonic.ts';
import { fitPlatt } from '../../../src/predictor/core/calibration/platt.ts';
import { bestThreshold, decisionAt, rankingOf } from '../../../src/predictor/core/calibration/ranking.ts';
import { reliabilityOf } from '../../../src/predictor/core/calibration/reliability.ts';
import { sampleOf, seededRandom } from '../../../src/predictor/core/random.ts';

const rows = fc.array(
  fc.record({
    score: fc.integer({ min: -20, max: 20 }),
    outcome: fc.constantFrom(0, 1),
    weight: fc.integer({ min: 1, max: 9 }),
  }),
  { minLength: 1, maxLength: 60 },
);
const columns = (given: readonly { score: number; outcome: number; weight: number }[]) =>
  [given.map(({ score }) => score), given.map(({ outcome }) => outcome), given.map(({ weight }) => weight)] as const;

/** Scores whose odds are twice as bold as what happens. */
function boldly(n: number, seed: number): { scores: number[]; outcomes: number[] } {
  const random = seededRandom(seed);
  const scores = Array.from({ length: n }, () => 8 * random() - 4);
  return { scores, outcomes: scores.map((score) => (random() < 1 / (1 + Math.exp(-score / 2)) ? 1 : 0)) };
}

describe('isotonic steps', () => {
  test('law: they rise, and keep the mean of what happened', () => {
    fc.assert(
      fc.property(rows, (given) => {
        const [scores, outcomes, weights] = columns(given);
        const { steps } = fitIsotonic(scores, outcomes, weights);
        for (let index = 1; index < steps.length; index++) {
          expect(steps[index]?.value).toBeGreaterThan(steps[index - 1]?.value as number);
          expect(steps[index]?.to).toBeGreaterThan(steps[index - 1]?.to as number);
        }
        const stated = steps.reduce((sum, { value, weight }) => sum + value * weight, 0);
        const happened = given.reduce((sum, { outcome, weight }) => sum + outcome * weight, 0);
        expect(stated).toBeCloseTo(happened, 6);
      }),
    );
  });

  test('law: a weight is a row that comes that many times', () => {
    fc.assert(
      fc.property(rows, (given) => {
        const repeated = given.flatMap((row) => Array.from({ length: row.weight }, () => ({ ...row, weight: 1 })));
        const [once, often] = [fitIsotonic(...columns(given)), fitIsotonic(...columns(repeated))];
        expect(often.steps.map(({ to }) => to)).toEqual(once.steps.map(({ to }) => to));
        often.steps.forEach(({ value }, index) => expect(value).toBeCloseTo(once.steps[index]?.value as number, 9));
      }),
    );
  });
});

describe('a logistic curve', () => {
  test('law: it never tells less than the base rate, however rare the outcome and bold the scores', () => {
    const skewed = fc.record({
      seed: fc.integer({ min: 1, max: 1_000_000 }),
      far: fc.integer({ min: 2, max: 12 }),
      rare: fc.integer({ min: 5, max: 60 }),
    });
    fc.assert(
      fc.property(skewed, ({ seed, far, rare }) => {
        const random = seededRandom(seed);
        // Most scores lie where nothing happens, a few in the middle, some where it is nearly certain.
        const scores = Array.from({ length: 3_000 }, (_, row) =>
          row % rare === 0 ? far * (2 * random() - 0.8) : -far * (0.7 + random()),
        );
        const outcomes = scores.map((score) => (random() < 1 / (1 + Math.exp(-score)) ? 1 : 0));
        if (!outcomes.includes(1)) return;
        const { slope, offset } = fitPlatt(scores, outcomes, new Float64Array(scores.length).fill(1));
        const said = scores.map((score) => 1 / (1 + Math.exp(-(slope * score + offset))));
        expect(reliabilityOf(said, outcomes).brierSkill).toBeGreaterThan(-0.01);
        expect(slope).toBeGreaterThan(0.3);
        expect(slope).toBeLessThan(3);
      }),
      { numRuns: 30, seed: 1 },
    );
  });
});

describe('calibrated probabilities', () => {
  test.each([20, 400])('take back what a bold score overstates, with %i failures', (failures) => {
    const { scores, outcomes } = boldly(4_000, 1);
    const calibration = fitCalibration(
      scores,
      outcomes,
      scores.map(() => 1),
      { failures, rowsPerOutcome: 1 },
    );
    const fresh = boldly(4_000, 2);
    const said = fresh.scores.map((score) => probabilityOf(calibration, score));
    const bold = fresh.scores.map((score) => 1 / (1 + Math.exp(-score)));
    expect(reliabilityOf(said, fresh.outcomes).calibrationError).toBeLessThan(0.025);
    expect(reliabilityOf(bold, fresh.outcomes).calibrationError).toBeGreaterThan(0.05);
  });

  test('law: the value lies in its interval, which widens with doubt, and no score is certain', () => {
    fc.assert(
      fc.property(rows, fc.constantFrom(5, 100), fc.integer({ min: -30, max: 30 }), (given, failures, score) => {
        const [scores, outcomes, weights] = columns(given);
        fc.pre(outcomes.includes(0) && outcomes.includes(1));
        const calibration = fitCalibration(scores, outcomes, weights, { failures, rowsPerOutcome: 2 });
        const calibrate = calibratorOf(calibration);
        const [sure, doubtful] = [calibrate(score), calibrate(score, 20)];
        expect(calibratorOf(calibration)(score, 20)).toEqual(doubtful);
        expect(sure.value).toBeGreaterThan(0);
        expect(sure.value).toBeLessThan(1);
        for (const { low, value, high } of [sure, doubtful]) {
          expect(low).toBeLessThanOrEqual(value);
          expect(high).toBeGreaterThanOrEqual(value);
        }
        expect(doubtful.high - doubtful.low).toBeGreaterThanOrEqual(sure.high - sure.low - 1e-9);
      }),
    );
  });

  test('shuffled outcomes leave no skill', () => {
    const { scores, outcomes } = boldly(4_000, 3);
    const order = sampleOf(outcomes.length, outcomes.length, seededRandom(1)).map((index) => (index * 2_311) % 4_000);
    const shuffled = Array.from(order, (place) => outcomes[place] as number);
    const calibration = fitCalibration(
      scores,
      shuffled,
      scores.map(() => 1),
      { failures: 1_000, rowsPerOutcome: 1 },
    );
    const fresh = boldly(4_000, 4);
    const skill = reliabilityOf(
      fresh.scores.map((score) => probabilityOf(calibration, score)),
      fresh.outcomes,
    ).brierSkill;
    expect(skill).toBeLessThan(0.02);
  });
});

describe('figures of scores', () => {
  test('law: the area under the curve is the share of pairs in the right order', () => {
    fc.assert(
      fc.property(rows, (given) => {
        const [scores, outcomes, weights] = columns(given);
        let [pairs, right] = [0, 0];
        given.forEach((bad) =>
          given.forEach((good) => {
            if (bad.outcome !== 1 || good.outcome !== 0) return;
            pairs += bad.weight * good.weight;
            right += bad.weight * good.weight * (bad.score > good.score ? 1 : bad.score === good.score ? 0.5 : 0);
          }),
        );
        const { auc } = rankingOf(scores, outcomes, weights);
        if (pairs === 0) expect(auc).toBeNull();
        else expect(auc).toBeCloseTo(right / pairs, 9);
      }),
    );
  });

  test('law: no threshold has a better F1 than the one that is chosen', () => {
    fc.assert(
      fc.property(rows, (given) => {
        const [scores, outcomes, weights] = columns(given);
        const best = bestThreshold(scores, outcomes, weights);
        for (const score of scores) {
          expect(decisionAt(score, scores, outcomes, weights).f1).toBeLessThanOrEqual(best.f1 + 1e-12);
        }
      }),
    );
  });

  test('law: bins hold every row, and saying the base rate has no skill', () => {
    fc.assert(
      fc.property(rows, (given) => {
        const [, outcomes, weights] = columns(given);
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        const rate = given.reduce((sum, { outcome, weight }) => sum + outcome * weight, 0) / total;
        const { bins, brierSkill, n } = reliabilityOf(
          outcomes.map(() => rate),
          outcomes,
          { weights },
        );
        expect(n).toBe(total);
        expect(bins.reduce((sum, bin) => sum + bin.n, 0)).toBe(total);
        if (rate > 0 && rate < 1) expect(brierSkill).toBeCloseTo(0, 9);
        else expect(brierSkill).toBeNull();
        for (const { low, high, observed } of bins) {
          expect(low).toBeLessThanOrEqual(observed + 0.5 / total + 1e-9);
          expect(high).toBeGreaterThanOrEqual(observed - 0.5 / total - 1e-9);
        }
      }),
    );
  });
});
