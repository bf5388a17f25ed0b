// Laws of the gauges taken together: the same after a restart at any instant, blind to scale and offset, parts that add up; a
// broken correlation is found where every gauge alone is as ever; what goes on slowly is not learned away.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createJointSpace, observeJoint, wayAt } from '../../../src/predictor/core/multivariate/joint.ts';
import { Picture } from '../../../src/predictor/core/multivariate/picture.ts';
import { principalOf } from '../../../src/predictor/core/multivariate/principal.ts';
import { AT, JointState } from '../../../src/predictor/core/multivariate/state.ts';
import { JOINT_BITS } from '../../../src/predictor/core/multivariate/watch.ts';
import { createRandom } from '../../../src/simulators/random.ts';

const HOUR = 3_600_000;
const DAY_ROWS = 24;
const SIZE = 4;
const RUNS = { seed: 23, numRuns: 20 };

/** Hourly: two gauges that follow one load, one against it, one of its own. `broken`: 0 to 1, how much the first goes its own way. */
function rows(seed: string, days: number, broken: (day: number) => number = () => 0): number[][] {
  const random = createRandom(seed, 'joint');
  let load = 0;
  let own = 0;
  return Array.from({ length: days * DAY_ROWS }, (_, row) => {
    load = 0.8 * load + 0.6 * random.normal();
    own = 0.8 * own + 0.6 * random.normal();
    const apart = broken(row / DAY_ROWS);
    const first = Math.sqrt(1 - apart) * load + Math.sqrt(apart) * own;
    const noise = () => 0.2 * random.normal();
    return [first + noise(), load + noise(), noise() - load, random.normal()];
  });
}

interface Known {
  joint: JointState;
  picture: Picture;
}
const nothing = (): Known => ({ joint: JointState.create(SIZE), picture: Picture.create(SIZE) });

type Learning = (bits: number | null) => boolean;

/** Bits of every row; like a device with an open incident, it learns nothing once it has spoken unless `isLearning` says so. */
function bitsOf(values: readonly number[][], known: Known, fromRow = 0, isLearning: Learning = () => true) {
  const { joint, picture } = known;
  const space = createJointSpace(SIZE);
  let last: number | null = null;
  return values.map((row, index) => {
    space.told.set(row);
    last = observeJoint(joint, { atMs: (fromRow + index) * HOUR, picture, isLearning: isLearning(last) }, space);
    return last;
  });
}

/** Day of the first word after `fromDay`, `Infinity` without any. */
const firstIn = (bits: readonly (number | null)[], fromDay: number): number => {
  const row = bits.findIndex((one, at) => at >= fromDay * DAY_ROWS && one !== null && one >= JOINT_BITS);
  return row < 0 ? Infinity : row / DAY_ROWS;
};

const speaksIn = (bits: readonly (number | null)[], fromDay: number, toDay: number): boolean =>
  bits.slice(fromDay * DAY_ROWS, toDay * DAY_ROWS).some((one) => one !== null && one >= JOINT_BITS);

describe('gauges taken together', () => {
  test('law: stored and read back at any instant, the same bits and the same bytes', () => {
    const seeds = fc.string({ minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(seeds, fc.double({ min: 0, max: 1, noNaN: true }), (seed, share) => {
        const values = rows(seed, 48);
        const whole = nothing();
        const expected = bitsOf(values, whole);
        const cut = Math.floor(share * values.length);
        const first = nothing();
        const before = bitsOf(values.slice(0, cut), first);
        const stored = JSON.parse(JSON.stringify(first)) as Record<keyof Known, string>;
        const second = { joint: JointState.parse(stored.joint, SIZE), picture: Picture.parse(stored.picture, SIZE) };
        expect([...before, ...bitsOf(values.slice(cut), second, cut)]).toEqual(expected);
        expect(JSON.stringify(second)).toBe(JSON.stringify(whole));
        expect(expected.at(-1)).not.toBeNull();
      }),
      RUNS,
    );
  });

  test('law: each gauge in another scale and from another origin gives the same bits', () => {
    const scales = fc.array(fc.tuple(fc.integer({ min: -8, max: 8 }), fc.integer({ min: -20, max: 20 })), {
      minLength: SIZE,
      maxLength: SIZE,
    });
    fc.assert(
      fc.property(scales, (changes) => {
        const values = rows('scale', 52, (day) => (day > 48 ? 1 : 0));
        const told = values.map((row) =>
          row.map((value, index) => {
            const [power, offset] = changes[index] as [number, number];
            return (value + offset) * 2 ** power;
          }),
        );
        const one = bitsOf(values, nothing());
        const other = bitsOf(told, nothing());
        for (const [row, bits] of one.entries()) {
          if (bits === null) expect(other[row]).toBeNull();
          else expect(other[row]).toBeCloseTo(bits, 3);
        }
      }),
      RUNS,
    );
  });

  test('law: the parts of the gauges add up to the level of all together', () => {
    const known = nothing();
    bitsOf(rows('parts', 40), known);
    const { parts, levels } = known.joint;
    expect(parts.reduce((all, part) => all + part, 0)).toBeCloseTo(levels[SIZE] as number, 9);
    expect(levels[SIZE]).toBeGreaterThan(0);
  });

  test('law: directions are orthonormal, give back the matrix, and come widest first', () => {
    const entries = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 25, maxLength: 25 });
    fc.assert(
      fc.property(entries, (values) => {
        const size = 5;
        const matrix = new Float64Array(size * size);
        for (let a = 0; a < size; a++) {
          for (let b = 0; b <= a; b++) matrix[a * size + b] = matrix[b * size + a] = values[a * size + b] as number;
        }
        const directions = new Float64Array(size * size);
        const spread = new Float64Array(size);
        principalOf(matrix.slice(), size, directions, spread);
        for (let a = 0; a < size; a++) {
          for (let b = 0; b < size; b++) {
            let same = 0;
            let back = 0;
            for (let way = 0; way < size; way++) {
              same += (directions[a * size + way] as number) * (directions[b * size + way] as number);
              back +=
                (spread[way] as number) *
                (directions[way * size + a] as number) *
                (directions[way * size + b] as number);
            }
            expect(same).toBeCloseTo(a === b ? 1 : 0, 8);
            expect(back).toBeCloseTo(matrix[a * size + b] as number, 8);
          }
        }
        expect([...spread]).toEqual([...spread].sort((a, b) => b - a));
      }),
      RUNS,
    );
  });

  test('healthy gauges that go together: at most one word in ten device-years', () => {
    const spoken = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'].filter((seed) =>
      speaksIn(bitsOf(rows(seed, 365), nothing()), 0, 365),
    );
    expect(spoken.length).toBeLessThanOrEqual(1);
  });

  test('unknown until weeks were learned, and in an instant with too few gauges; one that is missing is supposed', () => {
    const bits = bitsOf(rows('early', 60), nothing());
    expect(bits.slice(0, 21 * DAY_ROWS).every((one) => one === null)).toBe(true);
    const silent = rows('early', 60).map(
      (row, at) => (at >= 50 * DAY_ROWS ? [row[0], NaN, NaN, NaN] : row) as number[],
    );
    expect(bitsOf(silent, nothing()).at(-1)).toBeNull();
    const partly = rows('early', 60).map((row, at) => (at >= 50 * DAY_ROWS ? [NaN, ...row.slice(1)] : row));
    const known = bitsOf(partly, nothing());
    expect(known.at(-1)).not.toBeNull();
    expect(speaksIn(known, 0, 60)).toBe(false);
  });

  test('one gauge goes its own way, spread and level as ever: found within days, and it leads', () => {
    for (const seed of ['k', 'l', 'm']) {
      const known = nothing();
      const { joint } = known;
      const values = rows(seed, 100, (day) => (day >= 90 ? 1 : 0));
      const found = firstIn(bitsOf(values, known), 90);
      expect(found).toBeGreaterThanOrEqual(90);
      expect(found).toBeLessThan(94);
      expect(wayAt(joint, joint.numbers[AT.loudest] as number)).toBe('across');
      const levels = joint.levels.slice(0, SIZE);
      expect(levels.indexOf(Math.max(...levels))).toBe(0);
    }
  });

  test('a gauge that drifts far or comes in waves, but goes with the others as ever, is its own matter', () => {
    const drifts = [(day: number) => day / 20, (day: number) => 3 * Math.sin(day / 12)];
    for (const drift of drifts) {
      const values = rows('drift', 200).map(([first = 0, ...rest], row) => [first + drift(row / DAY_ROWS), ...rest]);
      expect(speaksIn(bitsOf(values, nothing()), 0, 200)).toBe(false);
    }
  });

  test.each([20, 40, 60])('a coupling that goes over %i days is found before it was gone for ten', (ramp) => {
    const values = rows('slow', 90 + ramp + 10, (day) => Math.min(1, Math.max(0, (day - 90) / ramp)));
    const found = firstIn(bitsOf(values, nothing()), 0);
    expect(found).toBeGreaterThan(90);
    expect(found).toBeLessThan(90 + ramp + 10);
  });

  test('a slow incident goes on being told while learning stops for it; with learning it is learned away', () => {
    const values = rows('slow', 400, (day) => Math.min(1, Math.max(0, (day - 90) / 60)));
    let isOpen = false;
    const stops: Learning = (bits) => !(isOpen ||= bits !== null && bits >= JOINT_BITS);
    const stopped = bitsOf(values, nothing(), 0, stops);
    const learned = bitsOf(values, nothing());
    expect(speaksIn(stopped, 0, 90)).toBe(false);
    expect(speaksIn(stopped, 390, 400)).toBe(true);
    expect(speaksIn(learned, 390, 400)).toBe(false);
  });
});
