// Remaining life on units that wear out: judged without a look ahead, the same for rescaled or reordered sensors, told as
// "more than" while nothing speaks of the end, and not told with confidence under conditions that training never saw.
import { describe, expect, test } from 'vitest';
import { fitFrame, follow, remainingOf } from '../../../src/predictor/core/remaining-life/frame.ts';
import { remainingLife } from '../../../src/predictor/core/remaining-life/model.ts';
import { findRegimes, regimeOf, UNSEEN } from '../../../src/predictor/core/remaining-life/regimes.ts';
import type { Run } from '../../../src/predictor/core/remaining-life/run.ts';
import { foldsOf, trainLife } from '../../../src/predictor/core/remaining-life/train.ts';
import { trackColumns, writeRow } from '../../../src/predictor/core/remaining-life/unit-track.ts';
import { seededRandom } from '../../../src/predictor/core/random.ts';
import { firstSteps, WEARING_SHAPE, wearingUnits } from '../../support/wearing-units.ts';

const CAP = 50;
const training = { shape: WEARING_SHAPE, cap: CAP, seed: 1 };
const units = wearingUnits(30, 1);
const { model, outOfFold } = trainLife(units, training);
const answer = (run: Run) =>
  remainingLife(
    model,
    follow(model.frame, run, () => {}),
  );

describe('regimes', () => {
  test('are found where conditions cluster, and one where they merely scatter', () => {
    expect(model.frame.regimes.centres).toHaveLength(3);
    const random = seededRandom(2);
    const scattered = units.map((run) => ({ ...run, conditions: run.conditions.map(() => random()) }));
    expect(findRegimes(scattered, 2).centres).toHaveLength(1);
    const constant = units.map((run) => ({ ...run, conditions: run.conditions.map(() => 3) }));
    expect(findRegimes(constant, 2).centres).toHaveLength(1);
    expect(findRegimes(units, 0).centres).toHaveLength(1);
  });

  test('conditions far from all of them are unseen', () => {
    expect(regimeOf(model.frame.regimes, Float64Array.of(20, 60))).not.toBe(UNSEEN);
    expect(regimeOf(model.frame.regimes, Float64Array.of(30, 60))).toBe(UNSEEN);
  });
});

describe('features', () => {
  test('a step is described by what came up to it and nothing later', () => {
    const run = units[0] as Run;
    const frame = fitFrame(units, WEARING_SHAPE, CAP);
    const width = trackColumns(frame).length;
    const rowAfter = (part: Run): Float32Array => {
      const row = new Float32Array(width);
      writeRow(
        frame,
        follow(frame, part, () => {}),
        row,
        0,
      );
      return row;
    };
    const seen: Float32Array[] = [];
    follow(frame, run, (track) => {
      const row = new Float32Array(width);
      writeRow(frame, track, row, 0);
      seen.push(row);
    });
    for (const step of [0, 1, 17, run.steps - 1]) expect(rowAfter(firstSteps(run, step + 1))).toEqual(seen[step]);
  });

  test('a sensor that never moves is left out', () => {
    expect(model.frame.scale.used).toEqual([0, 1, 2]);
  });
});

describe('an answer', () => {
  test('is close near the end, holds the truth as often as promised, and knows what it cannot tell', () => {
    const fresh = wearingUnits(40, 2);
    let held = 0;
    fresh.forEach((run, index) => {
      const left = [5, 15, 25][index % 3] as number;
      const life = answer(firstSteps(run, run.steps - left));
      expect(Math.abs((life?.p50 ?? 0) - left)).toBeLessThan(left < 20 ? 8 : 20);
      if (life && life.p10 <= left && life.p90 >= left) held += 1;
    });
    expect(held / fresh.length).toBeGreaterThan(0.65);
    const long = fresh.find(({ steps }) => steps > 110) as Run;
    expect(answer(firstSteps(long, 20))).toMatchObject({ moreThan: CAP, isFamiliar: true, p90: CAP });
    expect(answer(firstSteps(long, long.steps - 3))?.moreThan).toBeNull();
  });

  test('errors are judged on units that the trees had not seen', () => {
    const folds = foldsOf(units.length, training.seed);
    expect([0, 1, 2, 3, 4].map((fold) => folds.filter((one) => one === fold).length)).toEqual([6, 6, 6, 6, 6]);
    const errors = units.flatMap((run, at) =>
      [...remainingOf(run)].map((left, step) => Math.min(CAP, left) - (outOfFold[at]?.[step] as number)),
    );
    const rmse = Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length);
    expect(rmse).toBeLessThan(9);
  });

  test('is the same when sensors are rescaled, and when training is repeated', () => {
    const rescaled = (run: Run): Run => ({
      ...run,
      sensors: run.sensors.map((value, at) => (at % WEARING_SHAPE.sensors) * 64 + value * 8),
    });
    const few = units.slice(0, 10);
    const one = trainLife(few, training).model;
    const twin = trainLife(few.map(rescaled), training).model;
    expect(trainLife(few, training).model).toEqual(one);
    const run = wearingUnits(1, 5)[0] as Run;
    const other = remainingLife(
      twin,
      follow(twin.frame, rescaled(run), () => {}),
    );
    expect(other?.p50).toBeCloseTo(
      remainingLife(
        one,
        follow(one.frame, run, () => {}),
      )?.p50 as number,
      0,
    );
  });

  test('under conditions that training never saw is none, or marked as unfamiliar', () => {
    const run = units[0] as Run;
    const elsewhere = { ...run, conditions: run.conditions.map((value) => value + 500) };
    expect(answer(elsewhere)).toBeNull();
    const late = {
      ...run,
      conditions: run.conditions.map((value, at) => (at > 2 * (run.steps - 10) ? value + 500 : value)),
    };
    expect(answer(late)?.isFamiliar).toBe(false);
  });

  test('cannot be learned from a handful of runs', () => {
    expect(() => trainLife(units.slice(0, 4), training)).toThrow('at least 10 are needed');
  });
});
