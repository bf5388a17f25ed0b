// The course of faults by itself: how far wear is at an instant, and how often a fleet fails.
import { describe, expect, test } from 'vitest';
import { drawFaultPlan } from '../../../src/simulators/fault-plan.ts';
import { KINDS } from '../../../src/simulators/models/kind-model.ts';
import { KIND_MODELS } from '../../../src/simulators/models/kinds.ts';
import { createFaultCourse, type FaultKind, type PlannedFault } from '../../../src/simulators/wear.ts';

const DAY_MS = 86_400_000;
const FROM_MS = Date.parse('2026-01-01T00:00:00Z');
const fault = (kind: FaultKind, onsetDay: number, endDay: number): PlannedFault => ({
  component: 'pump',
  failureMode: 'pump-wear',
  kind,
  onsetMs: FROM_MS + onsetDay * DAY_MS,
  endMs: FROM_MS + endDay * DAY_MS,
  pace: 2,
  detail: '',
});
const daysOver = (plan: readonly PlannedFault[], days: readonly number[]): number[] => {
  const course = createFaultCourse(plan);
  return days.map((day) => {
    course.advance(FROM_MS + day * DAY_MS);
    return course.stageOf('pump-wear').days;
  });
};

describe('the course of a fault', () => {
  test('wear grows at its pace and stays where it failed', () => {
    expect(daysOver([fault('wear', 10, 20)], [5, 10, 15, 20, 30])).toEqual([0, 0, 10, 20, 20]);
  });

  test('a look-alike rises to its peak, returns, and is gone at its end', () => {
    const [rising, peak, returning, gone] = daysOver([fault('look-alike', 10, 20)], [13, 16, 18, 20]);
    expect([rising, gone]).toEqual([6, 0]);
    expect(peak).toBeCloseTo(12, 9);
    expect(returning).toBeCloseTo(6, 9);
  });

  test('wear and a look-alike of the same mode add up', () => {
    expect(daysOver([fault('wear', 10, 20), fault('look-alike', 12, 22)], [14])).toEqual([12]);
  });

  test('an unattended repair ends the failure and is told once', () => {
    const course = createFaultCourse([{ ...fault('abrupt', 10, 10), repairedMs: FROM_MS + 12 * DAY_MS }]);
    const changes = [9, 10, 11, 12, 13].map((day) =>
      course.advance(FROM_MS + day * DAY_MS).map(({ change }) => change),
    );
    expect(changes).toEqual([[], ['failed'], [], ['repaired'], []]);
    expect(course.hasFailure()).toBe(false);
  });
});

describe('a drawn plan', () => {
  const YEARS = 20;
  const planOf = (more: object) =>
    KINDS.flatMap((kind) =>
      Array.from({ length: 10 }, (_, unit) =>
        drawFaultPlan(KIND_MODELS[kind].faults, {
          deviceId: `${kind}${unit}`,
          seed: 's',
          fromMs: FROM_MS,
          toMs: FROM_MS + YEARS * 365.25 * DAY_MS,
          wearSpeed: 1,
          faultRate: 1,
          ...more,
        }),
      ),
    ).flat();

  test('has each mode about as often as its life says, mostly foretold', () => {
    const plan = planOf({});
    const expected = KINDS.flatMap((kind) => KIND_MODELS[kind].faults).reduce(
      (sum, { lifeYears }) => sum + (10 * YEARS) / lifeYears,
      0,
    );
    expect(plan.length / expected).toBeGreaterThan(0.8);
    expect(plan.length / expected).toBeLessThan(1.15);
    const share = (kind: FaultKind): number => plan.filter((one) => one.kind === kind).length / plan.length;
    expect(share('wear')).toBeCloseTo(0.6, 1);
    expect(share('look-alike')).toBeCloseTo(0.25, 1);
    expect(share('abrupt')).toBeCloseTo(0.15, 1);
  });

  test('rate multiplies, none means none, and faults of one mode do not overlap', () => {
    expect(planOf({ faultRate: 0 })).toEqual([]);
    expect(planOf({ faultRate: 5 }).length / planOf({}).length).toBeGreaterThan(3.5);
    const specs = KIND_MODELS.ct.faults;
    const plan = drawFaultPlan(specs, {
      deviceId: 'D',
      seed: 's',
      fromMs: FROM_MS,
      toMs: FROM_MS + 3650 * DAY_MS,
      wearSpeed: 1,
      faultRate: 10,
      selfRepairMs: [DAY_MS, 2 * DAY_MS],
    });
    for (const { failureMode } of specs) {
      const own = plan.filter((one) => one.failureMode === failureMode);
      for (const [index, one] of own.entries()) {
        const before = own[index - 1];
        if (before) expect(one.onsetMs).toBeGreaterThanOrEqual(before.repairedMs ?? before.endMs);
      }
    }
  });
});
