// Laws of a change of pace: a healthy device that speaks more or less often from one day on, or in turns, raises nothing for it; a
// pace is known after so much was heard at it, a gap hardly ever.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createAssessor, type Slice } from '../../../src/predictor/core/assess.ts';
import { hearPace, type Pace } from '../../../src/predictor/core/pace.ts';
import { planOf } from '../../../src/predictor/core/plan.ts';
import { newDeviceState } from '../../../src/predictor/core/state.ts';
import { createRandom } from '../../../src/simulators/random.ts';
import { COOLER, DAY, HOUR, START } from '../../support/predictor-signals.ts';

const MINUTE = 60_000;
/**
 * Of the compressor that drives the pressure at once and the flow a little later: every hour or three it is caught in one of two
 * instants, in which one is high where the other is low; every five minutes both are seen high as well.
 */
const CYCLE_MS = 24 * MINUTE;
const PHASE = 0.1;
const LATER = 0.25;
const RUNNING = 0.45;

interface Stretch {
  days: number;
  stepMs: number;
}

/** One healthy course of noise and a cycle, looked at as often as the stretches say. */
function resampled(seed: string, stretches: readonly Stretch[]): Slice[] {
  const random = createRandom(seed, 'pace');
  const course = { head_temp: 0, pressure: 0, flow: 0 };
  const slices: Slice[] = [];
  let atMs = START;
  for (const { days, stepMs } of stretches) {
    const kept = Math.exp(-stepMs / (2 * HOUR));
    for (const endMs = atMs + days * DAY; atMs < endMs; atMs += stepMs) {
      for (const metric of ['head_temp', 'pressure', 'flow'] as const)
        course[metric] = kept * course[metric] + Math.sqrt(1 - kept * kept) * random.normal();
      const phase = (PHASE + (atMs - START) / CYCLE_MS) % 1;
      const side = { pressure: phase < RUNNING ? 1 : -1, flow: phase >= LATER && phase < LATER + RUNNING ? 1 : -1 };
      const gauge = (metric: string, value: number) => ({ metric, measuredAtMs: atMs, value, quality: 0 });
      slices.push({
        receivedAtMs: atMs + 500,
        readings: [
          gauge('head_temp', 4.1 + 0.02 * course.head_temp),
          gauge('pressure', 8 + 0.12 * side.pressure + 0.05 * course.pressure),
          gauge('flow', 31 + 0.35 * side.flow + 0.2 * course.flow),
        ],
      });
    }
  }
  return slices;
}

function raisedBy(slices: readonly Slice[]): string[] {
  const assessor = createAssessor(planOf(COOLER), newDeviceState());
  return slices.flatMap((slice) =>
    assessor.observe(slice).flatMap((effect) => (effect.kind === 'raise' ? [effect.subject.cause] : [])),
  );
}

describe('a change of pace', () => {
  const changes: [string, Stretch[]][] = [
    [
      'history of three hours, then half minutes',
      [
        { days: 75, stepMs: 3 * HOUR },
        { days: 1, stepMs: 15 * MINUTE },
        { days: 1.5, stepMs: 30_000 },
      ],
    ],
    [
      'hours, then five minutes',
      [
        { days: 70, stepMs: HOUR },
        { days: 5, stepMs: 5 * MINUTE },
      ],
    ],
    [
      'five minutes, then three hours',
      [
        { days: 40, stepMs: 5 * MINUTE },
        { days: 30, stepMs: 3 * HOUR },
      ],
    ],
    [
      'hours, with days of half a minute in between',
      [
        { days: 60, stepMs: HOUR },
        { days: 1, stepMs: 30_000 },
        { days: 10, stepMs: HOUR },
      ],
    ],
  ];
  test.each(changes)('law: %s: a healthy device raises nothing', (_, stretches) => {
    for (const seed of ['a', 'b']) expect(raisedBy(resampled(seed, stretches))).toEqual([]);
  });

  test('after the change what is strange is still found', () => {
    const slices = resampled('d', [
      { days: 60, stepMs: HOUR },
      { days: 3, stepMs: 5 * MINUTE },
    ]);
    const broken = slices.map(
      ({ receivedAtMs, readings }): Slice => ({
        receivedAtMs,
        readings: readings.map((one) =>
          one.metric === 'head_temp' && one.measuredAtMs > START + 61 * DAY ? { ...one, value: one.value + 0.3 } : one,
        ),
      }),
    );
    expect(raisedBy(broken)).toContain('head/wear');
  });
});

describe('what is heard at a pace', () => {
  test('law: a pace knows no more than was heard near it, and never more than all that was heard', () => {
    const steps = fc.array(fc.integer({ min: 1, max: 100_000_000 }), { minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(steps, (all) => {
        const paces: Pace[] = [];
        for (const [index, step] of all.entries()) {
          const before = hearPace(paces, step, { weight: 1, memory: 6000 });
          expect(before).toBeLessThanOrEqual(index);
          expect(paces.length).toBeLessThanOrEqual(4);
        }
      }),
    );
  });

  test('a gap among readings of five minutes is a pace nothing is known of; five minutes still are known', () => {
    const paces: Pace[] = [];
    const hear = (step: number): number => hearPace(paces, step, { weight: 1, memory: 6000 });
    for (let count = 0; count < 150; count++) hear(5 * MINUTE);
    expect(hear(9 * HOUR)).toBe(0);
    expect(hear(6 * MINUTE)).toBeGreaterThan(140);
  });
});
