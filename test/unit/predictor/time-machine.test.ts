import { describe, expect, test } from 'vitest';
import type { ActionCosts } from '../../../src/predictor/core/prognosis.ts';
import {
  billOf,
  type DeviceFacts,
  paysOff,
  scoreEpisodes,
  type Target,
} from '../../../src/predictor/core/time-machine/compare.ts';
import { targetsOfRule } from '../../../src/predictor/core/time-machine/targets.ts';
import { COOLER, DAY, HOUR, START } from '../../support/predictor-signals.ts';

const COSTS: ActionCosts = {
  plannedMinor: 800_000n,
  unplannedMinor: 4_000_000n,
  needlessMinor: 300_000n,
  currency: 'CNY',
};
const TARGET: Target = { component: 'pump', failureMode: 'fouling', horizonHours: 300 };
const KEY = { component: 'pump', failureMode: 'fouling' };
const costs = new Map([['pump/fouling', COSTS]]);
const NOTHING: DeviceFacts = { failures: [], findings: [], acts: [], costs };

const said = (device: string, day: number) => ({ device, raisedMs: START + day * DAY, targets: [TARGET] });
const score = (facts: ReadonlyMap<string, DeviceFacts>, episodes: readonly ReturnType<typeof said>[]) =>
  scoreEpisodes(episodes, facts, [TARGET], { fromMs: START, toMs: START + 300 * DAY });

describe('what a candidate would have done', () => {
  test('eight right and four wrong are worth 244,000', () => {
    const failed = { ...NOTHING, failures: [{ job: 1, ...KEY, atMs: START + 15 * DAY }] };
    const devices = Array.from({ length: 12 }, (_, n) => `D-${n}`);
    const facts = new Map(devices.map((device, n) => [device, n < 8 ? failed : NOTHING]));
    const { tally } = score(
      facts,
      devices.map((device) => said(device, 10)),
    );
    expect(tally).toMatchObject({ truePositives: 8, falsePositives: 4, falseNegatives: 0 });
    const worth = tally.worth.get('CNY');
    expect((worth?.grossMinor ?? 0n) - (worth?.falseAlarmMinor ?? 0n)).toBe(24_400_000n);
  });

  test('what a predictive job averted before it spoke counts as missed, and says so', () => {
    const averted = { ...NOTHING, findings: [{ job: 7, ...KEY, isConfirmed: true, atMs: START + 20 * DAY }] };
    const facts = new Map([['D-1', averted]]);
    const silent = score(facts, []);
    expect(silent.missed).toMatchObject([{ job: 7, isAverted: true }]);
    expect(billOf(silent)).toEqual({ plannedMinor: 0n, needlessMinor: 0n, unplannedMinor: 4_000_000n });
    const warned = score(facts, [said('D-1', 19)]);
    expect(warned.missed).toEqual([]);
    expect(warned.tally).toMatchObject({ truePositives: 1, falseNegatives: 0 });
    // A warning that came after the repair warned of nothing.
    expect(score(facts, [said('D-1', 21)]).missed).toHaveLength(1);
  });

  test('a refuted job proves it wrong, one without a finding proves nothing, a late warning helps nobody', () => {
    const job = (isConfirmed: boolean | null) =>
      new Map([['D-1', { ...NOTHING, findings: [{ job: 7, ...KEY, isConfirmed, atMs: START + 12 * DAY }] }]]);
    expect(score(job(false), [said('D-1', 10)]).tally).toMatchObject({ falsePositives: 1 });
    expect(score(job(null), [said('D-1', 10)]).tally).toMatchObject({ censored: 1, falsePositives: 0 });
    const late = new Map([['D-1', { ...NOTHING, failures: [{ job: 1, ...KEY, atMs: START + 10 * DAY + HOUR / 2 }] }]]);
    expect(score(late, [said('D-1', 10)]).tally).toMatchObject({ falsePositives: 1, falseNegatives: 1 });
  });

  test('a job pays above p* alone, and never without costs', () => {
    expect(paysOff(0.0858, COSTS)).toBe(true);
    expect(paysOff(0.0857, COSTS)).toBe(false);
    expect(paysOff(1, null)).toBe(false);
  });
});

describe('what a rule speaks of', () => {
  const flow = { kind: 'threshold', metric: 'flow', below: 25 } as const;
  const codes = (targets: readonly Target[]): string[] =>
    targets.map(({ component, failureMode }) => `${component}/${failureMode}`);

  test('modes with a sign among its metrics; else those of its component; else none', () => {
    expect(codes(targetsOfRule({ component: null, condition: flow }, COOLER))).toEqual(['pump/fouling']);
    expect(codes(targetsOfRule({ component: 'head', condition: flow }, COOLER))).toEqual(['head/wear']);
    const count = { kind: 'threshold', metric: 'count', above: 5 } as const;
    expect(codes(targetsOfRule({ component: null, condition: count }, COOLER))).toEqual([]);
  });
});
