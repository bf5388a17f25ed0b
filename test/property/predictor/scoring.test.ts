import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HOUR_MS } from '../../../src/contracts/time.ts';
import { isWarnedOf, judgeEpisode, type JudgedEpisode } from '../../../src/predictor/core/scoring/judge-episode.ts';
import {
  addTallies,
  conservativeMinor,
  netMinor,
  NO_TALLY,
  precisionOf,
  quantileOf,
  rateOf,
  recallOf,
  shareOf,
  tallyOf,
} from '../../../src/predictor/core/scoring/tally.ts';

const EPISODE = { raisedMs: 0, horizonHours: 100, minimumLeadHours: 1 };
const at = (hours: number): number => hours * HOUR_MS;
const LATE = at(1_000);
const COSTS = { plannedMinor: 800_000n, unplannedMinor: 4_000_000n, needlessMinor: 300_000n, currency: 'CNY' };

describe('an episode', () => {
  test('is right exactly when the failure lies within [t + minimum lead, t + horizon]', () => {
    fc.assert(
      fc.property(fc.double({ min: -50, max: 200, noNaN: true }), (hours) => {
        const judged = judgeEpisode(EPISODE, { failuresMs: [at(hours)] }, LATE);
        const leadHours = at(hours) / HOUR_MS;
        expect(judged?.outcome === 'true-positive').toBe(leadHours >= 1 && leadHours <= 100);
        expect(isWarnedOf(at(hours), [EPISODE])).toBe(judged?.outcome === 'true-positive');
      }),
    );
  });

  test('is judged once its horizon is over, and not before, when nothing happened', () => {
    expect(judgeEpisode(EPISODE, { failuresMs: [] }, at(100))).toBeNull();
    expect(judgeEpisode(EPISODE, { failuresMs: [] }, at(101))).toMatchObject({
      outcome: 'false-positive',
      basis: 'horizon-over',
    });
  });

  test.each([
    [true, 'true-positive', 'finding'],
    [false, 'false-positive', 'finding'],
    [null, 'censored', 'acted-without-finding'],
  ] as const)('that somebody acted on is what the finding says: %s', (isConfirmed, outcome, basis) => {
    const judged = judgeEpisode(EPISODE, { failuresMs: [], finding: { isConfirmed, atMs: at(20) } }, at(20));
    expect(judged).toMatchObject({ outcome, basis, leadHours: null });
  });

  test('resolved by hand is left out; a failure before that speaks for itself, one after it proves nothing', () => {
    const acted = { actedMs: at(30) };
    expect(judgeEpisode(EPISODE, { failuresMs: [], ...acted }, LATE)?.outcome).toBe('censored');
    expect(judgeEpisode(EPISODE, { failuresMs: [at(29)], ...acted }, LATE)?.outcome).toBe('true-positive');
    expect(judgeEpisode(EPISODE, { failuresMs: [at(31)], ...acted }, LATE)?.outcome).toBe('censored');
  });

  test('too late to help is a false alarm, and says so', () => {
    expect(judgeEpisode(EPISODE, { failuresMs: [at(0.5)] }, LATE)).toEqual({
      outcome: 'false-positive',
      basis: 'too-late',
      failedMs: at(0.5),
      leadHours: 0.5,
    });
  });
});

const judged = (outcome: JudgedEpisode['outcome'], basis: JudgedEpisode['basis']): JudgedEpisode => ({
  outcome,
  basis,
  failedMs: null,
  leadHours: null,
});
const times = (n: number, one: () => ReturnType<typeof tallyOf>) => Array.from({ length: n }, one);

describe('what it was worth', () => {
  test('8 right, 4 wrong at 40,000 / 8,000 / 3,000: 244,000 before the programme cost', () => {
    const tally = [
      ...times(8, () => tallyOf(judged('true-positive', 'finding'), COSTS)),
      ...times(4, () => tallyOf(judged('false-positive', 'finding'), COSTS)),
    ].reduce(addTallies, NO_TALLY);
    const worth = tally.worth.get('CNY');
    expect(worth?.n).toBe(12);
    expect(netMinor(worth as NonNullable<typeof worth>)).toBe(24_400_000n);
    expect(conservativeMinor(worth as NonNullable<typeof worth>)).toBe(24_400_000n);
    expect(precisionOf(tally).value).toBeCloseTo(8 / 12, 12);
  });

  test('the conservative figure takes confirmed findings alone, and costs nobody knew are counted apart', () => {
    const tally = [
      tallyOf(judged('true-positive', 'finding'), COSTS),
      tallyOf(judged('true-positive', 'failure'), COSTS),
      tallyOf(judged('false-positive', 'horizon-over'), COSTS),
      tallyOf(judged('true-positive', 'finding'), null),
      tallyOf(judged('censored', 'acted-without-finding'), COSTS),
      tallyOf(null, COSTS),
    ].reduce(addTallies, { ...NO_TALLY, falseNegatives: 1 });
    const worth = tally.worth.get('CNY') as NonNullable<ReturnType<typeof tally.worth.get>>;
    expect([netMinor(worth), conservativeMinor(worth)]).toEqual([6_100_000n, 2_900_000n]);
    expect(tally).toMatchObject({ truePositives: 3, falsePositives: 1, censored: 1, open: 1, unpriced: 1 });
    expect(recallOf(tally)).toMatchObject({ value: 0.75, n: 4 });
  });
});

describe('intervals', () => {
  test('hold their value, and narrow as more is known', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.nat(200), (k, more) => {
        const n = k + more;
        const { value, low, high } = shareOf(k, n);
        if (n === 0) return expect(value).toBeNull();
        expect(low as number).toBeLessThanOrEqual(value as number);
        expect(high as number).toBeGreaterThanOrEqual(value as number);
        const wider = (high as number) - (low as number);
        const { low: low10, high: high10 } = shareOf(k * 10, n * 10);
        expect((high10 as number) - (low10 as number)).toBeLessThan(wider + 1e-9);
      }),
    );
  });

  test('of a rate: none seen in ten device-years still allows some', () => {
    expect(rateOf(0, 10)).toMatchObject({ value: 0, low: 0, n: 0 });
    // -ln(0.1) / 10 = 0.230: the exact upper 90 % limit of nothing seen.
    expect(rateOf(0, 10).high).toBeCloseTo(0.23, 1);
    expect(rateOf(7, 0)).toMatchObject({ value: null, low: null, high: null });
  });

  test('a quantile lies among the values', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 }), (values) => {
        const median = quantileOf(values, 0.5) as number;
        expect(values.filter((value) => value <= median).length * 2).toBeGreaterThanOrEqual(values.length);
        expect(values.filter((value) => value >= median).length * 2).toBeGreaterThanOrEqual(values.length);
      }),
    );
  });
});
