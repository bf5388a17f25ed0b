// Laws of what warms, cools and cycles: how often one looks changes nothing of it, and no cycle keeps step with who looks.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KINDS } from '../../../src/simulators/models/kind-model.ts';
import { KIND_MODELS } from '../../../src/simulators/models/kinds.ts';
import { createCycle, createLag, lagThrough } from '../../../src/simulators/noise.ts';
import { createRandom, hashText } from '../../../src/simulators/random.ts';
import { createUsage } from '../../../src/simulators/usage.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const START_MS = Date.parse('2026-03-02T00:00:00Z');

const looks = fc.record({
  kind: fc.constantFrom(...KINDS),
  seed: fc.string({ minLength: 1, maxLength: 8 }),
  stepMs: fc.integer({ min: MINUTE_MS, max: 7 * HOUR_MS }),
  lagMs: fc.integer({ min: MINUTE_MS, max: 40 * MINUTE_MS }),
});

describe('what was used between two looks', () => {
  test('warms the same whether one looks once or every ten seconds', () => {
    fc.assert(
      fc.property(looks, ({ kind, seed, stepMs, lagMs }) => {
        const rarely = warmth(kind, seed, lagMs);
        const often = warmth(kind, seed, lagMs);
        let atMs = START_MS;
        for (let look = 0; look < 4; look++) {
          const untilMs = atMs + stepMs;
          for (atMs += 10_000; atMs < untilMs; atMs += 10_000) often(atMs);
          atMs = untilMs;
          expect(rarely(atMs)).toBeCloseTo(often(atMs), 6);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('is all the time between them, in the order it came', () => {
    fc.assert(
      fc.property(looks, ({ kind, seed, stepMs }) => {
        const usage = usageOf(kind, seed);
        for (let look = 1; look <= 20; look++) {
          const { course } = usage.advance(START_MS + look * stepMs, true);
          expect(course.reduce((sum, { ms }) => sum + ms, 0)).toBeCloseTo(stepMs, 6);
          expect(course.every(({ ms, isActive, intensity }) => ms > 0 && (isActive || intensity === 0))).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('a cycle of uneven length', () => {
  test('is met everywhere alike at every pace, also at whole multiples of its length', () => {
    const usualMs = 24 * MINUTE_MS;
    const steps = fc.constantFrom(...[1, 2, 2.5, 7.5, 15].map((times) => times * usualMs));
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 8 }), steps, (seed, stepMs) => {
        const cycle = createCycle(createRandom(seed, 'unit'), usualMs, 0.15);
        const quarters = [0, 0, 0, 0];
        for (let look = 0; look < 2_000; look++) {
          const quarter = Math.floor(4 * cycle(stepMs));
          quarters[quarter] = (quarters[quarter] ?? 0) + 1;
        }
        expect(Math.min(...quarters)).toBeGreaterThan(350);
      }),
      { numRuns: 40, seed: 7 },
    );
  });

  test('does not depend on how often one looks', () => {
    const once = createCycle(createRandom('a', 'unit'), 24 * MINUTE_MS, 0.15);
    const often = createCycle(createRandom('a', 'unit'), 24 * MINUTE_MS, 0.15);
    for (let minute = 0; minute < 3 * 60 - 1; minute++) often(MINUTE_MS);
    expect(often(MINUTE_MS)).toBeCloseTo(once(3 * HOUR_MS), 6);
  });
});

const usageOf = (kind: (typeof KINDS)[number], seed: string) =>
  createUsage(KIND_MODELS[kind].usage, { tier: 'tertiary', utcOffsetHours: 8 }, hashText(seed), {
    atMs: START_MS,
    cases: 0,
    activeHours: 0,
  });

/** A part that warms with use, looked at whenever it is called. */
function warmth(kind: (typeof KINDS)[number], seed: string, lagMs: number): (atMs: number) => number {
  const usage = usageOf(kind, seed);
  const lag = createLag(20, lagMs);
  return (atMs) =>
    lagThrough(lag, usage.advance(atMs, true).course, ({ isActive, intensity }) =>
      isActive ? 50 + 10 * intensity : 20,
    );
}
