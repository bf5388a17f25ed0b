import { describe, expect, test } from 'vitest';
import type { Condition } from '../../../src/contracts/rule-conditions.ts';
import { createAssessor } from '../../../src/predictor/core/assess.ts';
import { planOf, type RulePlan } from '../../../src/predictor/core/plan.ts';
import { newDeviceState } from '../../../src/predictor/core/state.ts';
import { COOLER, START } from '../../support/predictor-signals.ts';
import { rulePlan as rule } from '../../support/rule-plans.ts';

const MINUTE = 60_000;
/** Values of the flow, one a minute; what happened as `minute kind`. */
function run(plan: RulePlan, values: readonly number[], fromMs = START): string[] {
  const assessor = createAssessor(planOf(COOLER, [plan]), newDeviceState());
  return values.flatMap((value, minute) => {
    const measuredAtMs = fromMs + minute * MINUTE;
    const readings = [{ metric: 'flow', measuredAtMs, value, quality: 0 }];
    const effects = assessor.observe({ receivedAtMs: measuredAtMs, readings });
    return effects.filter(({ kind }) => kind === 'raise' || kind === 'clear').map(({ kind }) => `${minute} ${kind}`);
  });
}

const repeat = (value: number, times: number): number[] => Array.from({ length: times }, () => value);

describe('threshold rules', () => {
  test('speak at once, and end at the clear level only', () => {
    const below = rule({ kind: 'threshold', metric: 'flow', below: 25, clear: 26 });
    expect(run(below, [30, 24.9, 25.5, 25.9, 26, 30])).toEqual(['1 raise', '4 clear']);
  });

  test('wait for the stated time without a break', () => {
    const above = rule({ kind: 'threshold', metric: 'flow', above: 35, forSeconds: 180 });
    expect(run(above, [36, 36, 36, 34, 36, 36, 36, 36, 34])).toEqual(['7 raise', '8 clear']);
  });

  test('stay quiet for the refractory time, then speak again', () => {
    const above = rule({ kind: 'threshold', metric: 'flow', above: 35 });
    const values = [36, 34, ...repeat(36, 30), 34, ...repeat(36, 40)];
    expect(run(above, values)).toEqual(['0 raise', '1 clear', '61 raise']);
  });

  test('tell the peak while it still rises, in few words', () => {
    const assessor = createAssessor(
      planOf(COOLER, [rule({ kind: 'threshold', metric: 'flow', above: 35 })]),
      newDeviceState(),
    );
    const told = [36, 36.1, 38, 37, 45, 46, 34].flatMap((value, minute) => {
      const measuredAtMs = START + minute * MINUTE;
      const effects = assessor.observe({
        receivedAtMs: measuredAtMs,
        readings: [{ metric: 'flow', measuredAtMs, value, quality: 0 }],
      });
      return effects.flatMap((effect) =>
        effect.kind === 'raise' || effect.kind === 'enrich' ? (effect.finding.contributors[0]?.value ?? []) : [],
      );
    });
    expect(told).toEqual([36, 38, 45]);
  });

  test('do not judge what was measured before they came into force', () => {
    const above = rule({ kind: 'threshold', metric: 'flow', above: 35 }, { effectiveFromMs: START + 2 * MINUTE });
    expect(run(above, [36, 36, 36])).toEqual(['2 raise']);
  });

  test('do not take what was heard long ago for what is: it is unknown, and said to be', () => {
    const hot: Condition = { kind: 'threshold', metric: 'flow', above: 35 };
    const pressed: Condition = { kind: 'threshold', metric: 'pressure', above: 5, freshSeconds: 900 };
    /** The pressure comes once, the flow each minute and is too high from then on. */
    const told = (kind: 'all' | 'any', flowFromMinute: number, pressure = 9): string[] => {
      const assessor = createAssessor(planOf(COOLER, [rule({ kind, of: [hot, pressed] })]), newDeviceState());
      return Array.from({ length: 40 }, (_, minute) => {
        const measuredAtMs = START + minute * MINUTE;
        const once = minute === 0 ? [{ metric: 'pressure', measuredAtMs, value: pressure, quality: 0 }] : [];
        const flow = { metric: 'flow', measuredAtMs, value: minute < flowFromMinute ? 30 : 36, quality: 0 };
        return assessor.observe({ receivedAtMs: measuredAtMs, readings: [...once, flow] });
      }).flatMap((effects, minute) =>
        effects.flatMap((effect) => (effect.kind === 'raise' ? `${minute} ${effect.finding.reason?.en}` : [])),
      );
    };
    expect(told('all', 14)).toEqual([expect.stringMatching(/^14 .*pressure as high as 9/)]);
    expect(told('all', 15)).toEqual([]);
    expect(told('any', 20, 1)).toEqual([expect.stringMatching(/^20 .*pressure unknown, not heard for 15 min/)]);
  });
});
