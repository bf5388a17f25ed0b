// Units that lose a coupling: the same seed gives the same unit, no gauge shows it alone, the figures count what is told in time; and
// the table of failure modes has a line a mode with every method in it.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY_MS } from '../../../src/contracts/time.ts';
import { coupledFigures } from '../../../src/predictor/evaluation/simulated/coupled.ts';
import { type CoupledUnit, coupledUnit } from '../../../src/predictor/evaluation/simulated/coupled-units.ts';
import { modesTable } from '../../../src/predictor/evaluation/simulated/modes-table.ts';

/** Values of a gauge in one mode, before and after the onset. */
function valuesOf(unit: CoupledUnit, gauge: string): { before: number[]; after: number[] } {
  const told: { before: number[]; after: number[] } = { before: [], after: [] };
  for (const { readings } of unit.slices()) {
    if (!readings.some(({ label }) => label === 'run')) continue;
    const one = readings.find(({ metric }) => metric === gauge);
    if (one !== undefined) told[one.measuredAtMs < (unit.broken?.onsetMs ?? 0) ? 'before' : 'after'].push(one.value);
  }
  return told;
}
const meanOf = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;
const spreadOf = (values: readonly number[]): number =>
  Math.sqrt(meanOf(values.map((one) => (one - meanOf(values)) ** 2)));

describe('units that lose a coupling', () => {
  test('law: the gauge that breaks has the same mean and spread as before', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99 }), fc.constantFrom(0, 40), (seed, rampDays) => {
        const unit = coupledUnit({ seed, index: 3, days: 400, rampDays });
        const { before, after } = valuesOf(unit, unit.broken?.gauge ?? '');
        expect(Math.abs(meanOf(after) - meanOf(before))).toBeLessThan(0.4 * spreadOf(before));
        expect(spreadOf(after) / spreadOf(before)).toBeGreaterThan(0.8);
        expect(spreadOf(after) / spreadOf(before)).toBeLessThan(1.25);
      }),
      { seed: 7, numRuns: 8 },
    );
  });

  test('the same seed and place give the same readings, another place gives others', () => {
    const tell = (index: number) => JSON.stringify([...coupledUnit({ seed: 4, index, days: 3, rampDays: 0 }).slices()]);
    expect(tell(1)).toBe(tell(1));
    expect(tell(1)).not.toBe(tell(2));
  });

  test('told before the onset is false, long after the end is too late', () => {
    const units = [0, 20, 40, 60].map((rampDays, index) => coupledUnit({ seed: 1, index, days: 400, rampDays }));
    const told = [5, -10, 69, 91];
    const figures = coupledFigures(
      units.map((unit, index) => {
        const fromMs = (unit.broken?.onsetMs ?? 0) + (told[index] as number) * DAY_MS;
        return { unit, alarms: [{ cause: 'joint', fromMs, toMs: fromMs + DAY_MS }] };
      }),
    );
    expect(figures).toMatchObject({
      coupledRecall_0d: 1,
      coupledRecall_20d: 0,
      coupledRecall_40d: 1,
      coupledRecall_60d: 0,
      coupledDelayMedian_days: 69,
    });
    expect(figures.coupledFalseAlarmsPerDeviceYear).toBeGreaterThan(0);
  });
});

describe('the table of failure modes', () => {
  test('a line a mode, with every method; a method that said nothing of it stands with a dash', () => {
    const ours = {
      nWear: 3,
      nAbrupt: 1,
      recallWithSigns: 1,
      leadMedian_days: 12.34,
      leadP10_days: 4,
      falseAlarmsPerDeviceYear: 0.25,
    };
    const table = modesTable({
      byMode: { 'ct tube/worn': ours },
      zScore_byMode: {},
      ewma_byMode: { 'ct tube/worn': { ...ours, recallWithSigns: 0.5 } },
    });
    expect(table.split('\n')[2]).toBe(
      '| ct tube/worn | 3 + 1 | 1 / - / 0.50 | 12.3 (4) / - (-) / 12.3 (4) | 0.25 / 0 / 0.25 |',
    );
  });

  test('a result without modes has none', () => expect(modesTable({ suite: 'nab' })).toBe(''));
});
