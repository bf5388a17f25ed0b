import { describe, expect, test } from 'vitest';
import type { FailureMode, Product, Sign } from '../../../src/contracts/product.ts';
import { causesOf } from '../../../src/predictor/core/attribution.ts';
import { planOf } from '../../../src/predictor/core/plan.ts';
import type { MetricView } from '../../../src/predictor/core/views.ts';
import { COOLER } from '../../support/predictor-signals.ts';

const template = COOLER.components[0]?.failureModes[0] as FailureMode;
const up = (metric: string): Sign => ({ metric, direction: 'up' });
const mode = (code: string, ...signs: Sign[]): FailureMode => ({ ...template, code, signs });
const product = (...modes: FailureMode[]): Product => ({
  ...COOLER,
  components: [{ code: 'c', name: { en: 'C', zh: '丙' }, criticality: 1, failureModes: modes }],
});

/** Scores by metric; a finding where the score is at least 1. */
function views(scores: Record<string, number>): ReadonlyMap<string, MetricView> {
  return new Map(
    Object.entries(scores).map(([metric, score]) => [
      metric,
      {
        metric,
        isKnown: true,
        isTroubled: false,
        isBlind: false,
        isOutside: false,
        score,
        side: Math.abs(score) >= 1 ? (score > 0 ? 1 : -1) : 0,
        detector: null,
        recent: [],
      },
    ]),
  );
}
const causes = (of: Product, scores: Record<string, number>, open: string[] = []): string[] =>
  causesOf(planOf(of), views(scores), new Set(open)).map(({ cause }) => cause);

const vacuum = mode('vacuum', up('arcs'), up('vibration'));
const bearing = mode('bearing', up('spin-up'), up('vibration'));

describe('what explains the signs', () => {
  test('the mode whose picture is more complete, and only that one', () => {
    expect(causes(product(vacuum, bearing), { arcs: 0.1, 'spin-up': 2, vibration: 1.5 })).toEqual(['c/bearing']);
  });

  test('a shared sign alone names no mode until another tells them apart', () => {
    expect(causes(product(vacuum, bearing), { vibration: 2 })).toEqual(['metric:vibration']);
    expect(causes(product(vacuum, bearing), { vibration: 2, arcs: 1 })).toEqual(['c/vacuum']);
  });

  test('what lies outside of all that was ever seen names no mode, one that is open keeps it', () => {
    const seen = views({ arcs: 2, vibration: 2 });
    const beyond = new Map([...seen].map(([metric, view]) => [metric, { ...view, isOutside: true }]));
    const plan = planOf(product(vacuum, bearing));
    expect(causesOf(plan, seen, new Set()).map(({ cause }) => cause)).toEqual(['c/vacuum']);
    expect(causesOf(plan, beyond, new Set())).toEqual([]);
    const [open] = causesOf(plan, beyond, new Set(['c/vacuum']));
    expect(open?.cause).toBe('c/vacuum');
    expect(open?.unknown).toEqual(['arcs', 'vibration']);
  });

  test('an open episode keeps its signs', () => {
    expect(causes(product(vacuum, bearing), { 'spin-up': 1.2, vibration: 2, arcs: 0 }, ['c/bearing'])).toEqual([
      'c/bearing',
    ]);
    expect(causes(product(vacuum, bearing), { vibration: 2, arcs: 3 }, ['c/bearing']).sort()).toEqual([
      'c/bearing',
      'c/vacuum',
    ]);
  });

  test('a sign that goes the other way, or that no mode knows, is a finding of its own', () => {
    expect(causes(product(vacuum), { arcs: -2, humidity: 1 }).sort()).toEqual(['metric:arcs', 'metric:humidity']);
  });
});
