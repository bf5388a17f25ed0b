// The laws of explaining: likeness of cases, sentences for every contributor, counter-evidence only from what is known, and honest
// words about few outcomes.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { calibrationOf, chosenOf } from '../../../src/predictor/core/explanation/calibration-words.ts';
import { quietOf } from '../../../src/predictor/core/explanation/counter-evidence.ts';
import { likeness, mostAlike } from '../../../src/predictor/core/explanation/similar-cases.ts';
import { statementsOf } from '../../../src/predictor/core/explanation/statements.ts';
import { createAssessor } from '../../../src/predictor/core/assess.ts';
import { planOf } from '../../../src/predictor/core/plan.ts';
import { newDeviceState } from '../../../src/predictor/core/state.ts';
import { COOLER, headWear, signals } from '../../support/predictor-signals.ts';

const voice = fc.record({
  metric: fc.constantFrom('a', 'b', 'c', 'd'),
  direction: fc.constantFrom('up' as const, 'down' as const),
  sigma: fc.double({ min: -30, max: 30, noNaN: true }),
});
const voices = fc.uniqueArray(voice, { selector: ({ metric }) => metric, minLength: 1, maxLength: 3 });

describe('likeness', () => {
  test('is the same both ways, whole with itself, and never beyond its bounds', () => {
    fc.assert(
      fc.property(voices, voices, (one, other) => {
        expect(likeness(one, one)).toBeCloseTo(1, 10);
        expect(likeness(one, other)).toBeCloseTo(likeness(other, one), 10);
        expect(likeness(one, other)).toBeGreaterThanOrEqual(-1e-9);
        expect(likeness(one, other)).toBeLessThanOrEqual(1 + 1e-9);
        const opposite = one.map((each) => ({ ...each, direction: each.direction === 'up' ? 'down' : 'up' }) as const);
        expect(likeness(one, opposite)).toBeCloseTo(0, 10);
      }),
    );
  });

  test('finds the same case first; of equal ones that with an outcome, whatever the order', () => {
    const cases = fc.array(fc.record({ voices, hasOutcome: fc.boolean(), raisedAtMs: fc.nat() }), { maxLength: 20 });
    fc.assert(
      fc.property(voices, cases, (one, others) => {
        const known = { id: 1_000, voices: one, hasOutcome: true, raisedAtMs: Number.MAX_SAFE_INTEGER };
        const all = [...others.map((each, id) => ({ ...each, id })), known];
        const found = mostAlike(one, all, 3);
        expect(found[0]).toEqual({ id: 1_000, likeness: expect.closeTo(1, 9) });
        expect(mostAlike(one, all.toReversed(), 3)).toEqual(found);
        expect(found.every(({ likeness: value }) => value >= 0.2)).toBe(true);
        const alike = all.filter((each) => likeness(one, each.voices) >= 0.2);
        expect(found).toHaveLength(Math.min(3, alike.length));
      }),
    );
  });
});

test('each contributor has its sentence, and a model says how much of its answer it is', () => {
  const base = { metric: 'm', unit: 'K', direction: 'up', value: 4.8, expected: 3.6, sigma: 6.1 } as const;
  const one = { ...base, name: { en: 'Head temperature', zh: '冷头温度' }, since: '2026-03-12T08:00:00Z' };
  expect(statementsOf([one, { ...one, share: 0.34 }, { ...one, sigma: 0 }, one])).toEqual([
    {
      en: 'Head temperature is 4.8 K, 1.2 K above its normal of 3.6 K (6.1 times its usual spread), since 12 Mar.',
      zh: '冷头温度自3月12日起为 4.8 K，比正常值 3.6 K 高 1.2 K（为平时波动的 6.1 倍）。',
    },
    {
      en: expect.stringContaining("it makes up 34 % of the model's answer"),
      zh: expect.stringContaining('占模型判断依据的 34 %'),
    },
    {
      en: 'Head temperature is 4.8 K, above the limit of 3.6 K since 12 Mar.',
      zh: '冷头温度自3月12日起为 4.8 K，高于限值 3.6 K。',
    },
  ]);
});

describe('counter-evidence', () => {
  const sign = COOLER.components[0]?.failureModes[0];
  const component = COOLER.components[0]?.code as string;

  test('of a device nothing is known of is none', () => {
    const asked = { product: COOLER, state: newDeviceState(), component, failureMode: sign?.code ?? null, spoke: [] };
    expect(quietOf(asked)).toEqual([]);
  });

  test('are the signs that keep quiet, and what spoke and is normal again', () => {
    const state = newDeviceState();
    const assessor = createAssessor(planOf(COOLER), state);
    for (const slice of signals({ days: 30, shift: headWear(100), commit: 24 })) assessor.observe(slice);
    const signs = sign?.signs.map(({ metric }) => metric) ?? [];
    const failureMode = sign?.code ?? null;
    const quiet = quietOf({ product: COOLER, state, component, failureMode, spoke: [] });
    expect(quiet.map(({ kind }) => kind)).toEqual(signs.map(() => 'quiet-sign'));
    const back = quietOf({ product: COOLER, state, component, failureMode, spoke: signs });
    expect(back).toEqual(signs.map((metric) => expect.objectContaining({ kind: 'back-to-normal', metric })));
  });
});

describe('calibration', () => {
  test('tells n, never a share without outcomes, and an interval that holds its share', () => {
    fc.assert(
      fc.property(fc.nat({ max: 500 }), fc.nat({ max: 500 }), (right, wrong) => {
        const { share, n, text } = calibrationOf({ of: 'failure-mode', n: right + wrong, right });
        expect(text.en).toContain(String(n));
        if (n === 0) return expect(share).toBeNull();
        expect(share?.low).toBeLessThanOrEqual((share?.value ?? 0) + 1 / n);
        expect(share?.high).toBeGreaterThanOrEqual((share?.value ?? 0) - 1 / n);
      }),
    );
  });

  test('for example: 87 of 100, and nothing yet', () => {
    expect(calibrationOf({ of: 'failure-mode', n: 100, right: 87 }).text.en).toBe(
      'Of 100 alerts of this failure mode with a known outcome 87 were right (87 %; 80 % interval 82 % – 91 %).',
    );
    expect(calibrationOf({ of: 'all', n: 0, right: 0 }).text).toEqual({
      en: 'No outcomes yet: n = 0.',
      zh: '尚无已知结果：n = 0。',
    });
  });

  test('speaks of the narrowest kind that has enough, else of the widest that has any', () => {
    const of = (mode: number, product: number, all: number) =>
      chosenOf([
        { of: 'failure-mode', n: mode, right: 0 },
        { of: 'product', n: product, right: 0 },
        { of: 'all', n: all, right: 0 },
      ]).of;
    expect([of(5, 9, 9), of(4, 9, 9), of(1, 2, 3), of(1, 0, 0), of(0, 0, 0)]).toEqual([
      'failure-mode',
      'product',
      'all',
      'failure-mode',
      'failure-mode',
    ]);
  });
});
