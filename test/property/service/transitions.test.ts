import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TRANSITIONS, WORK_ORDER_KINDS, WORK_ORDER_STATES } from '../../../src/contracts/work-order-states.ts';
import { downtimeOf, FUTURE_TOLERANCE_MS, refusalOfTransition } from '../../../src/service/core/transitions.ts';

const asked = fc.record({
  kind: fc.constantFrom(...WORK_ORDER_KINDS),
  from: fc.constantFrom(...WORK_ORDER_STATES),
  to: fc.constantFrom(...WORK_ORDER_STATES),
  at: fc.integer({ min: 0, max: 10_000_000 }),
  since: fc.integer({ min: 0, max: 10_000_000 }),
  now: fc.integer({ min: 0, max: 10_000_000 }),
  hasFinding: fc.boolean(),
  hasWaitingReason: fc.boolean(),
});

describe('transitions of a work order', () => {
  it('are allowed exactly by the table, in time, with a reason to wait and a finding to complete', () => {
    fc.assert(
      fc.property(asked, (question) => {
        const { kind, from, to, at, since, now, hasFinding, hasWaitingReason } = question;
        const isInTime = at >= since && at <= now + FUTURE_TOLERANCE_MS;
        const isExplained =
          (to !== 'waiting' || hasWaitingReason) &&
          (to !== 'completed' || hasFinding || (kind !== 'corrective' && kind !== 'predictive'));
        const isAllowed = TRANSITIONS[from].includes(to) && isInTime && isExplained;
        expect(refusalOfTransition(question) === null).toBe(isAllowed);
      }),
      { numRuns: 2000 },
    );
  });

  it('name the states that are allowed', () => {
    const question = { kind: 'corrective', from: 'draft', to: 'on-site', at: 0, since: 0, now: 0 } as const;
    const refusal = refusalOfTransition({ ...question, hasFinding: false, hasWaitingReason: false });
    expect(refusal?.code).toBe('transition-refused');
    expect(refusal?.detail).toContain('approved, cancelled');
  });
});

describe('downtime', () => {
  it('is what was stated, else from failure to restoration', () => {
    expect(downtimeOf(7, 0, 3_600_000)).toBe(7);
    expect(downtimeOf(undefined, 0, 3_600_000)).toBe(60);
    expect(downtimeOf(undefined, null, 3_600_000)).toBe(0);
    expect(downtimeOf(undefined, 7_200_000, 3_600_000)).toBe(0);
  });
});
