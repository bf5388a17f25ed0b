// A fault soon, from the sensors of one machine: what holds for its rows, its probabilities and its thresholds, whatever the
// machine; and that it learns a clock which it has never been told of, and nothing from labels that mean nothing.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { levelsOf } from '../../../src/predictor/core/near-term/levels.ts';
import { macroF1At, macroF1Threshold } from '../../../src/predictor/core/near-term/macro-f1.ts';
import { layoutOf, sensorMatrix, type SensorReadings } from '../../../src/predictor/core/near-term/sensor-rows.ts';
import { soonProbabilities, trainSoon } from '../../../src/predictor/core/near-term/soon-model.ts';
import { seededRandom } from '../../../src/predictor/core/random.ts';
import { runningDownMachine } from '../../support/running-down-machine.ts';

const MINUTE_MS = 60_000;
const HORIZON_MS = 120 * MINUTE_MS;

/** Irregular instants, values of few kinds, some missing. */
const readings: fc.Arbitrary<SensorReadings> = fc
  .array(
    fc.tuple(
      fc.integer({ min: 1, max: 900 }),
      fc.integer({ min: -6, max: 6 }),
      fc.option(fc.integer({ min: 0, max: 3 })),
    ),
    {
      minLength: 2,
      maxLength: 60,
    },
  )
  .map((steps) => {
    let atMs = 0;
    return {
      timesMs: steps.map(([minutes]) => (atMs += minutes * MINUTE_MS)),
      sensors: ['a', 'b'],
      values: [steps.map(([, value]) => value), steps.map(([, , value]) => value ?? Number.NaN)],
    };
  });

const headOf = ({ timesMs, sensors, values }: SensorReadings, rows: number): SensorReadings => ({
  timesMs: Array.from(timesMs).slice(0, rows),
  sensors,
  values: values.map((column) => Array.from(column).slice(0, rows)),
});

describe('rows', () => {
  test('nothing looks ahead: a row is the same whatever comes after it', () => {
    fc.assert(
      fc.property(readings, fc.nat(59), (log, cut) => {
        const layout = layoutOf(log, HORIZON_MS);
        const rows = Math.min(cut + 1, log.timesMs.length);
        const { columns, values } = sensorMatrix(layout, log);
        expect(sensorMatrix(layout, headOf(log, rows)).values).toEqual(values.slice(0, rows * columns.length));
      }),
    );
  });

  test('other units and another zero change only the values, never a clock', () => {
    fc.assert(
      fc.property(readings, fc.constantFrom(0.25, 2, 64), fc.integer({ min: -512, max: 512 }), (log, scale, zero) => {
        const other = {
          ...log,
          values: log.values.map((column) => Array.from(column, (value) => value * scale + zero)),
        };
        const [one, two] = [log, other].map((each) => sensorMatrix(layoutOf(each, HORIZON_MS), each));
        const clocks = one?.columns.flatMap((name, column) => (name.includes('hours') ? [column] : [])) ?? [];
        const width = one?.columns.length ?? 0;
        for (let row = 0; row < log.timesMs.length; row++) {
          for (const column of clocks)
            expect(two?.values[row * width + column]).toBe(one?.values[row * width + column]);
        }
      }),
    );
  });

  test('a clock is never longer than six of the longest horizons', () => {
    fc.assert(
      fc.property(readings, (log) => {
        const { columns, values } = sensorMatrix(layoutOf(log, HORIZON_MS), log);
        values.forEach((value, at) => {
          if (columns[at % columns.length]?.includes('hours') && !Number.isNaN(value)) {
            expect(Math.abs(value)).toBeLessThanOrEqual(12);
          }
        });
      }),
    );
  });

  test('a missing value changes nothing: the rows around it are those of a log without it', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.option(fc.integer({ min: -4, max: 4 }))), {
      minLength: 2,
      maxLength: 40,
    });
    fc.assert(
      fc.property(steps, (given) => {
        let atMs = 0;
        const all = given.map(([minutes, value]) => ({
          atMs: (atMs += minutes * MINUTE_MS),
          value: value ?? Number.NaN,
        }));
        const told = all.filter(({ value }) => !Number.isNaN(value));
        const logOf = (rows: typeof all): SensorReadings => ({
          timesMs: rows.map((row) => row.atMs),
          sensors: ['a'],
          values: [rows.map(({ value }) => value)],
        });
        const layout = layoutOf(logOf(told), 60 * HORIZON_MS);
        const [whole, bare] = [sensorMatrix(layout, logOf(all)), sensorMatrix(layout, logOf(told))];
        const width = whole.columns.length;
        const places = all.flatMap(({ value }, row) => (Number.isNaN(value) ? [] : [row]));
        // The first column is the machine's silence, in which a row without a value is heard, too.
        const ofSensor = ({ values }: typeof whole, row: number) => values.slice(row * width + 1, (row + 1) * width);
        places.forEach((place, row) => expect(ofSensor(whole, place)).toEqual(ofSensor(bare, row)));
      }),
    );
  });

  test('levels lie between the values a sensor takes, at most twenty', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.integer({ min: -50, max: 50 }), fc.constant(Number.NaN)), { maxLength: 200 }),
        (values) => {
          const levels = [...levelsOf(values)];
          const known = new Set(values.filter((value) => !Number.isNaN(value)));
          expect(levels.length).toBe(Math.max(0, Math.min(20, known.size - 1)));
          expect(levels).toEqual([...new Set(levels)].sort((a, b) => a - b));
          for (const level of levels) expect(known.has(level) && !Number.isInteger(level)).toBe(false);
        },
      ),
    );
  });
});

describe('macro F1', () => {
  const judged = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 1)), {
    minLength: 1,
    maxLength: 60,
  });

  test('is between none and all, full for the truth, and the same for the other class of the other answer', () => {
    fc.assert(
      fc.property(judged, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (rows, threshold) => {
        const [scores, labels] = [rows.map(([score]) => score), rows.map(([, label]) => label)];
        const score = macroF1At(threshold, scores, labels);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1);
        const says = scores.map((value) => (value >= threshold ? 1 : 0));
        const turned = macroF1At(
          0.5,
          says.map((yes) => 1 - yes),
          labels.map((label) => 1 - label),
        );
        expect(turned).toBeCloseTo(score, 12);
        if (new Set(labels).size === 2) expect(macroF1At(0.5, labels, labels)).toBe(1);
      }),
    );
  });

  test('by hand: 2 of 3 found, 1 alarm of 3 false, 5 rightly quiet', () => {
    expect(macroF1At(0.5, [1, 1, 0, 1, 0, 0, 0, 0, 0], [1, 1, 1, 0, 0, 0, 0, 0, 0])).toBeCloseTo(
      (2 / 3 + 10 / 12) / 2,
      12,
    );
  });

  test('the threshold is the middle of the best stretch; there is none where only one class is known', () => {
    expect(macroF1Threshold([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1])).toBeGreaterThan(0.2);
    expect(macroF1Threshold([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1])).toBeLessThan(0.8);
    expect(macroF1Threshold([0.1, 0.9], [0, 0])).toBeNull();
    expect(macroF1Threshold([0.1, 0.9], [1, 1])).toBeNull();
  });
});

describe('a fault soon', () => {
  const hours = [0.5, 2];
  const [known, unseen] = [runningDownMachine(14, hours, 1), runningDownMachine(6, hours, 2)];
  const layout = layoutOf(known, HORIZON_MS);
  const x = sensorMatrix(layout, known);
  const asked = sensorMatrix(layout, unseen);

  test('is told from the clock that leads to it, on a machine not seen before; a longer horizon is never less probable', () => {
    const probabilities = soonProbabilities(trainSoon(x, known.labels, { seed: 1 }), asked);
    probabilities.forEach((column, horizon) => {
      expect(macroF1At(0.5, column, unseen.labels[horizon] ?? [])).toBeGreaterThan(0.9);
    });
    probabilities[0]?.forEach((probability, row) => {
      expect(probabilities[1]?.[row]).toBeGreaterThanOrEqual(probability);
    });
  });

  test('control: from shuffled labels nothing is learned', () => {
    const random = seededRandom(3);
    const shuffled = known.labels.map((column) => {
      const order = [...column.keys()].map((row) => [random(), row] as const).sort((a, b) => a[0] - b[0]);
      return order.map(([, row]) => column[row] as number);
    });
    const probabilities = soonProbabilities(trainSoon(x, shuffled, { seed: 1 }), asked);
    probabilities.forEach((column, horizon) => {
      const labels = unseen.labels[horizon] ?? [];
      expect(macroF1At(macroF1Threshold(column, labels) ?? 0.5, column, labels)).toBeLessThan(0.7);
    });
  });

  test('the same seed says the same to the last bit', () => {
    const again = (): Float64Array[] => soonProbabilities(trainSoon(x, known.labels, { seed: 5 }), asked);
    expect(again()).toEqual(again());
  });
});
