import { describe, expect, test } from 'vitest';
import type { Finding } from '../../../src/predictor/core/finding.ts';
import { planOf } from '../../../src/predictor/core/plan.ts';
import { reasonOf } from '../../../src/predictor/core/reason.ts';
import type { Contribution } from '../../../src/predictor/core/views.ts';
import { COOLER } from '../../support/predictor-signals.ts';

const plan = planOf(COOLER);
const sinceMs = Date.UTC(2026, 2, 3, 9);
const part = (over: Partial<Contribution>): Contribution => ({
  metric: 'head_temp',
  by: 'level',
  direction: 'up',
  value: 4.52,
  expected: 4.1,
  sigma: 6,
  sinceMs,
  ...over,
});
const finding = (...contributors: Contribution[]): Finding => ({
  worst: 1,
  contributors,
  windowFromMs: sinceMs,
  windowToMs: sinceMs,
  timeLeft: null,
});
const wear = plan.modes[0] ?? null;
const subject = { cause: 'head/wear', mode: wear, rule: null };

describe('why, in words', () => {
  test('what moved, by how much, against what, since when, and what shows like this', () => {
    const reason = reasonOf(plan, subject, finding(part({}), part({ metric: 'pressure', value: 9, expected: 8 })));
    expect(reason.en).toBe(
      "Cold head temperature 0.42 K above this unit's normal (4.10 K) since 3 Mar; helium pressure also up. " +
        'Cold head: displacer worn shows like this.',
    );
    expect(reason.zh).toBe('冷头温度自3月3日起比本机正常值（4.10 K）高 0.42 K，氦压也偏高。冷头排出器磨损常有此征兆。');
  });

  test('a mode that names its component does not name it twice', () => {
    if (wear === null) throw new Error('the cooler has a mode');
    const name = { en: 'Head displacer worn', zh: '冷头排出器磨损' };
    const named = { ...wear, mode: { ...wear.mode, name } };
    expect(reasonOf(plan, { ...subject, mode: named }, finding(part({}))).zh).toContain('。冷头排出器磨损常有此征兆。');
  });

  test('a sign no failure mode knows says so', () => {
    const flow = part({ metric: 'flow', direction: 'up', value: 35.2, expected: 31 });
    const reason = reasonOf(plan, { cause: 'metric:flow', mode: null, rule: null }, finding(flow));
    expect(reason.en).toBe(
      "Flow 4.2 L/min above this unit's normal (31.0 L/min) since 3 Mar. No known failure mode shows like this.",
    );
    expect(reason.zh).toContain('流量自3月3日起比本机正常值（31.0 L/min）高 4.2 L/min');
  });

  test('scatter is told as times its normal', () => {
    const scatter = part({ metric: 'flow', by: 'scatter', value: 0.75, expected: 0.3 });
    const reason = reasonOf(plan, subject, finding(scatter));
    expect(reason.en).toContain("Flow scattered 2.5 times as widely as this unit's normal (now 0.75 L/min)");
    expect(reason.zh).toContain('流量自3月3日起波动达本机正常水平的 2.5 倍（现为 0.75 L/min）');
  });
});
