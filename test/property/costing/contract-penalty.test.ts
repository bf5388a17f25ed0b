// Laws of the penalty: whatever order failures are told in, their penalties add up to what all of them owe; no contract year owes more
// than its cap, no minute is paid for twice, and no failure takes back what another owed.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addMonths, dayNumberOf } from '../../../src/costing/core/contract/days.ts';
import {
  type Downtime,
  penaltyAdded,
  type PenaltyContract,
  penaltyOwed,
} from '../../../src/costing/core/contract/penalty.ts';
import type { PenaltyTerms } from '../../../src/costing/core/contract/terms.ts';

const NO_PENALTY: PenaltyTerms = {
  penaltyPerHourMinor: 0n,
  restorationHours: null,
  uptimeTarget: null,
  penaltyCapMinor: null,
};
const START = dayNumberOf('2025-01-01');
const DAYS = addMonths(START, 24) - START;

const terms = fc.record({
  penaltyPerHourMinor: fc.bigInt({ min: 0n, max: 300_000n }),
  restorationHours: fc.option(fc.integer({ min: 0, max: 48 })),
  uptimeTarget: fc.option(fc.double({ min: 0.9, max: 1, noNaN: true })),
  penaltyCapMinor: fc.option(fc.bigInt({ min: 0n, max: 50_000_000n })),
});

const contractOf = (...parts: readonly (readonly [day: number, penalty: PenaltyTerms])[]): PenaltyContract => ({
  startDay: START,
  endDay: START + DAYS,
  stretches: parts.map(([day, penalty], index) => ({
    fromDay: START + day,
    toDay: START + (parts[index + 1]?.[0] ?? DAYS),
    penalty,
  })),
});

/** Two years, perhaps amended once. */
const contract = fc
  .tuple(terms, fc.option(fc.tuple(fc.integer({ min: 1, max: DAYS - 1 }), terms)))
  .map(([first, amended]) => (amended === null ? contractOf([0, first]) : contractOf([0, first], amended)));
const downtimes = fc.array(
  fc.record({
    day: fc.integer({ min: START - 3, max: START + DAYS + 2 }),
    minutes: fc.integer({ min: 0, max: 20_000 }),
  }),
  { maxLength: 12 },
);
const devices = fc.integer({ min: 1, max: 5 });

describe('penalties', () => {
  it('of failures told one by one add up to what all of them owe, in every order, and none is negative', () => {
    fc.assert(
      fc.property(contract, downtimes, devices, fc.integer(), (asked, all, count, seed) => {
        const order = [...all].sort((a, b) => ((a.minutes * 7919 + seed) % 101) - ((b.minutes * 7919 + seed) % 101));
        let [sum, minutes] = [0n, 0];
        order.forEach((one, index) => {
          const added = penaltyAdded(asked, order.slice(0, index), [one], count);
          expect(added.amountMinor >= 0n).toBe(true);
          expect(added.minutes).toBeGreaterThanOrEqual(0);
          expect(added.minutes).toBeLessThanOrEqual(all.reduce((most, each) => most + each.minutes, 0));
          sum += added.amountMinor;
          minutes += added.minutes;
        });
        expect({ minutes, amountMinor: sum }).toEqual(penaltyOwed(asked, all, count));
      }),
    );
  });

  it('of a contract year end at the cap, and no minute is paid for twice', () => {
    fc.assert(
      fc.property(terms, downtimes, devices, (agreed, all, count) => {
        const owed = penaltyOwed(contractOf([0, agreed]), all, count);
        const uncapped = penaltyOwed(contractOf([0, { ...agreed, penaltyCapMinor: null }]), all, count);
        if (agreed.penaltyCapMinor !== null) expect(owed.amountMinor <= 2n * agreed.penaltyCapMinor).toBe(true);
        expect(owed.amountMinor <= uncapped.amountMinor).toBe(true);
        const inside = all.filter(({ day }) => day >= START && day < START + DAYS);
        const down = inside.reduce((sum, { minutes }) => sum + minutes, 0);
        // Half a minor unit a failure is rounding.
        const most = (agreed.penaltyPerHourMinor * BigInt(down)) / 60n + BigInt(inside.length);
        expect(uncapped.amountMinor <= most).toBe(true);
        expect(owed.minutes).toBeLessThanOrEqual(down);
      }),
    );
  });

  it('are owed on the first day and the last, and on no other side of them', () => {
    const asked = contractOf([0, { ...NO_PENALTY, penaltyPerHourMinor: 6_000n }]);
    const on = (day: number): bigint => penaltyOwed(asked, [{ day, minutes: 10 }], 1).amountMinor;
    expect([START - 1, START, START + DAYS - 1, START + DAYS].map(on)).toEqual([0n, 1_000n, 1_000n, 0n]);
  });

  it('are for the hours beyond the restoration, up to the cap of the year', () => {
    const agreed = { ...NO_PENALTY, penaltyPerHourMinor: 10_000n, restorationHours: 8 };
    const capped = contractOf([0, { ...agreed, penaltyCapMinor: 50_000n }]);
    const failure: Downtime = { day: START + 30, minutes: 58 * 60 };
    expect(penaltyOwed(contractOf([0, agreed]), [failure], 1)).toEqual({ minutes: 3_000, amountMinor: 500_000n });
    expect(penaltyOwed(capped, [failure], 1).amountMinor).toBe(50_000n);
    const second = { ...failure, day: START + 31 };
    expect(penaltyAdded(capped, [failure], [second], 1).amountMinor).toBe(0n);
    // The next contract year has its own cap.
    expect(penaltyAdded(capped, [failure], [{ ...failure, day: START + 365 }], 1).amountMinor).toBe(50_000n);
  });

  it('are for the hours beyond the uptime of all devices over the contract year', () => {
    // 1 % of 365 days of two devices are 175.2 h.
    const agreed = { ...NO_PENALTY, penaltyPerHourMinor: 6_000n, uptimeTarget: 0.99 };
    const asked = contractOf([0, agreed]);
    const first = { day: START + 3, minutes: 170 * 60 };
    const second = { day: START + 4, minutes: 10 * 60 };
    expect(penaltyOwed(asked, [first], 2).amountMinor).toBe(0n);
    expect(penaltyAdded(asked, [first], [second], 2)).toEqual({ minutes: 288, amountMinor: 28_800n });
    // An hour late is an hour down: the breach that owes more is paid, not both.
    const both = contractOf([0, { ...agreed, restorationHours: 8 }]);
    expect(penaltyOwed(both, [first, second], 2).amountMinor).toBe((162n + 2n) * 6_000n);
  });

  it('of an amended year go on under its cap, and never fall when the cap is lowered', () => {
    const agreed = { ...NO_PENALTY, penaltyPerHourMinor: 6_000n, penaltyCapMinor: 60_000n };
    const lowered = contractOf([0, agreed], [100, { ...agreed, penaltyCapMinor: 20_000n }]);
    const early = { day: START + 10, minutes: 9 * 60 };
    const late = { day: START + 200, minutes: 60 };
    expect(penaltyOwed(lowered, [early, late], 1).amountMinor).toBe(54_000n);
    expect(penaltyOwed(lowered, [late], 1).amountMinor).toBe(6_000n);
    const raised = contractOf([0, agreed], [100, { ...agreed, penaltyCapMinor: 58_000n }]);
    expect(penaltyOwed(raised, [early, late], 1).amountMinor).toBe(58_000n);
  });
});
