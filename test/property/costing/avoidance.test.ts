// What acting on predictions was worth: the formula of the domain, and what the conservative figure may and may not say.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { avoidanceOf, type PredictedJob, type UndecidedJob } from '../../../src/costing/core/maintenance-economics.ts';

const minor = fc.bigInt({ min: 0n, max: 10n ** 12n });
const job: fc.Arbitrary<PredictedJob> = fc.record({
  isConfirmed: fc.boolean(),
  unplannedMinor: minor,
  actualMinor: minor,
});
const undecided: fc.Arbitrary<UndecidedJob> = fc.record({ spentMinor: minor });
const jobs = fc.array(job, { maxLength: 30 });
const unknown = fc.array(undecided, { maxLength: 10 });

describe('net avoidance', () => {
  test('law: with one price each it is TP x (C_F - C_P) - FP x C_FP, whatever the order', () => {
    const costs = fc.record({ failure: minor, planned: minor, needless: minor });
    const counts = fc.array(fc.boolean(), { maxLength: 60 });
    fc.assert(
      fc.property(costs, counts, ({ failure, planned, needless }, findings) => {
        const worth = avoidanceOf(
          findings.map((isConfirmed) => ({
            isConfirmed,
            unplannedMinor: failure,
            actualMinor: isConfirmed ? planned : needless,
          })),
        );
        const right = BigInt(findings.filter(Boolean).length);
        const wrong = BigInt(findings.length) - right;
        expect(worth.netMinor).toBe(right * (failure - planned) - wrong * needless);
        expect(worth.netMinor).toBe(worth.grossMinor - worth.needlessMinor);
      }),
    );
  });

  test('8 right and 4 false at 40,000 / 8,000 / 3,000 are 244,000', () => {
    const of = (isConfirmed: boolean): PredictedJob => ({
      isConfirmed,
      unplannedMinor: 4_000_000n,
      actualMinor: isConfirmed ? 800_000n : 300_000n,
    });
    const twelve = Array.from({ length: 12 }, (_, index) => of(index < 8));
    expect(avoidanceOf(twelve)).toMatchObject({
      grossMinor: 25_600_000n,
      netMinor: 24_400_000n,
      conservativeMinor: 24_400_000n,
      truePositives: 8,
      falsePositives: 4,
    });
    // Two jobs nobody can judge, of 8,000 each, are no gain; the conservative figure takes them for needless.
    const two = [{ spentMinor: 800_000n }, { spentMinor: 800_000n }];
    expect(avoidanceOf(twelve, two)).toMatchObject({
      netMinor: 24_400_000n,
      conservativeMinor: 22_800_000n,
      undecided: 2,
    });
  });
});

describe('the conservative figure', () => {
  test('law: is never above net, and equal to it when everything is decided', () => {
    fc.assert(
      fc.property(jobs, unknown, (known, others) => {
        const worth = avoidanceOf(known, others);
        expect(worth.conservativeMinor <= worth.netMinor).toBe(true);
        expect(avoidanceOf(known).conservativeMinor).toBe(worth.netMinor);
      }),
    );
  });

  test('law: whatever the unknown turn out to have been, what is known then is no less', () => {
    fc.assert(
      fc.property(jobs, fc.array(job, { maxLength: 10 }), (known, others) => {
        const before = avoidanceOf(
          known,
          others.map(({ actualMinor }) => ({ spentMinor: actualMinor })),
        );
        expect(avoidanceOf([...known, ...others]).netMinor >= before.conservativeMinor).toBe(true);
      }),
    );
  });
});
