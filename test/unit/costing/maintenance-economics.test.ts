import { describe, expect, it } from 'vitest';
import { travelDistanceMinor } from '../../../src/costing/core/job-cost.ts';
import { avoidanceOf, fixCosts } from '../../../src/costing/core/maintenance-economics.ts';
import { codesOf, parseFilter, parsePeriods } from '../../../src/costing/core/cost-query.ts';
import { tripKm } from '../../../src/costing/core/trip.ts';

describe('what a fix costs', () => {
  it('planned = part + people x hours x rate + travel; unplanned = planned x factor + downtime x penalty', () => {
    const costs = fixCosts({
      partMinor: 18_000_000n,
      people: 2,
      labourHours: 10,
      ratePerHourMinor: 30_000n,
      travelMinor: 50_000n,
      unplannedFactor: 1.6,
      unplannedDowntimeHours: 24,
      penaltyPerHourMinor: 100_000n,
    });
    expect(costs).toEqual({ plannedMinor: 18_650_000n, unplannedMinor: 32_240_000n, needlessMinor: 110_000n });
  });

  it('net avoidance of the worked example: TP 8, FP 4 at 40,000 / 8,000 / 3,000', () => {
    const job = (isConfirmed: boolean) => ({
      isConfirmed,
      unplannedMinor: 4_000_000n,
      actualMinor: isConfirmed ? 800_000n : 300_000n,
    });
    const jobs = [...Array.from({ length: 8 }, () => job(true)), ...Array.from({ length: 4 }, () => job(false))];
    expect(avoidanceOf(jobs)).toMatchObject({ netMinor: 24_400_000n, truePositives: 8, falsePositives: 4 });
  });
});

describe('what captured work costs', () => {
  it('kilometres at their rate, halves rounded away from zero', () => {
    expect(travelDistanceMinor(180n, 12_345)).toBe(2222n);
  });
});

describe('cost questions', () => {
  it('reads filters whose codes hold colons, and refuses what it does not know with the words it does', () => {
    expect(parseFilter('device:site:MRI-1, element:parts')).toEqual({ device: 'site:MRI-1', element: 'parts' });
    expect(codesOf(parseFilter('customer:renji| huashan|').customer ?? '')).toEqual(['renji', 'huashan', '']);
    expect(() => parseFilter('period:2026-01|2026-02')).toThrow(/for several ask with `period`/);
    expect(() => parseFilter('colour:red')).toThrow(/product-line, product/);
    expect(parsePeriods('2026-01..2026-03', '2026-06')).toEqual({ from: '2026-01', to: '2026-03' });
    expect(parsePeriods(undefined, '2026-06')).toEqual({ from: '2026-06', to: '2026-06' });
    expect(() => parsePeriods('2026-03..2026-01', '2026-06')).toThrow(/YYYY-MM/);
  });
});

describe('trips', () => {
  it('estimates the road there and back', () => {
    const shanghai = { lat: 31.23, lon: 121.47 };
    expect(tripKm(shanghai, shanghai)).toBe(0);
    // Suzhou is 85 km away as the crow flies.
    expect(tripKm(shanghai, { lat: 31.3, lon: 120.58 })).toBeCloseTo(2 * 1.3 * 85, -1);
  });
});
