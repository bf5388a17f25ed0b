// Hospital time decides the mode: busy working days, quiet nights, emergencies, holidays.
import { describe, expect, test } from 'vitest';
import { type Hospital, localTimeOf } from '../../../src/simulators/hospital.ts';
import { KIND_MODELS } from '../../../src/simulators/models/kinds.ts';
import type { Kind } from '../../../src/simulators/models/kind-model.ts';
import { hashText } from '../../../src/simulators/random.ts';
import { createUsage } from '../../../src/simulators/usage.ts';

const HOUR_MS = 3_600_000;
const hospital: Hospital = { tier: 'tertiary', utcOffsetHours: 8 };

/** Share of samples in the active mode within local hours [from, to) of some local days. */
function activeShare(kind: Kind, days: readonly string[], from: number, to: number, where = hospital): number {
  const { usage: pattern } = KIND_MODELS[kind];
  let active = 0;
  let total = 0;
  for (const day of days) {
    for (let unit = 0; unit < 10; unit++) {
      const midnightMs = Date.parse(`${day}T00:00:00+08:00`);
      const usage = createUsage(pattern, where, hashText(`${kind}${unit}`), {
        atMs: midnightMs,
        cases: 0,
        activeHours: 0,
      });
      for (let atMs = midnightMs + from * HOUR_MS; atMs < midnightMs + to * HOUR_MS; atMs += 60_000) {
        if (usage.advance(atMs, true).mode === pattern.active) active++;
        total++;
      }
    }
  }
  return active / total;
}

describe('modes follow the hospital', () => {
  const workdays = ['2026-03-03', '2026-03-04', '2026-03-05'];
  const sunday = ['2026-03-08'];

  test('MRI: busy by day, silent by night, thin on Sunday and in the Spring Festival', () => {
    const busy = activeShare('mri', workdays, 8, 18);
    expect(busy).toBeGreaterThan(0.4);
    expect(activeShare('mri', workdays, 0, 6)).toBe(0);
    expect(activeShare('mri', sunday, 8, 18)).toBeLessThan(0.7 * busy);
    expect(activeShare('mri', ['2026-02-17'], 8, 18)).toBeLessThan(0.4 * busy);
  });

  test('CT: the emergency department scans at night too', () => {
    const night = activeShare('ct', workdays, 0, 6);
    expect(night).toBeGreaterThan(0.01);
    expect(night).toBeLessThan(0.35 * activeShare('ct', workdays, 8, 18));
  });

  test('dialysis: three shifts, nothing after midnight, closed on Sunday', () => {
    expect(activeShare('dialysis', workdays, 6, 18)).toBeGreaterThan(0.5);
    expect(activeShare('dialysis', workdays, 0, 6)).toBe(0);
    expect(activeShare('dialysis', sunday, 6, 18)).toBeLessThan(0.2);
  });

  test('ventilators do not care for the hour; smaller hospitals use everything less', () => {
    const day = activeShare('ventilator', workdays, 8, 20);
    expect(Math.abs(day - activeShare('ventilator', workdays, 20, 24))).toBeLessThan(0.25);
    const small = activeShare('mri', workdays, 8, 18, { tier: 'primary', utcOffsetHours: 8 });
    expect(small).toBeLessThan(0.8 * activeShare('mri', workdays, 8, 18));
  });
});

test.each([
  ['2026-02-16T12:00:00+08:00', true],
  ['2026-02-24T12:00:00+08:00', false],
  ['2026-10-01T00:00:00+08:00', true],
  ['2026-09-30T23:59:00+08:00', false],
])('%s is a holiday: %s', (at, isHoliday) => {
  expect(localTimeOf(hospital, Date.parse(at))).toMatchObject({ isHoliday });
});
