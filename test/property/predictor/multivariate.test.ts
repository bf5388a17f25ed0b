// Laws of the gauges taken together: the same after a restart at any instant, blind to scale and offset, parts that add up; a
// broken correlation is found where every gauge alone is as ever; what goes on slowly is not learned away.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createJointSpace, levelOf, observeJoint } from '../../../src/predictor/core/multivariate/joint.ts';
import { principalOf } from '../../../src/predictor/core/multivariate/principal.ts';
import { AT, JointState, WAYS } from '../../../src/predictor/core/multivariate/state.ts';
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

type Learning = (bits: number | null) => boolean;

/** Bits of every row; like a device with an open incident, it learns nothing once it has spoken unless `isLearning` says so. */
function bitsOf(values: readonly number[][], joint: JointState, fromRow = 0, isLearning: Learning = () => true) {
  const space = createJointSpace(SIZE);
  let last: number | null = null;
  return values.map((row, index) => {
    space.told.set(row);
    last = observeJoint(joint, (fromRow + index) * HOUR, isLearning(last), space);
    return last;
  });
}

const speaksIn = (bits: readonly (number | null)[], fromDay: number, toDay: number): boolean =>
  bits.slice(fromDay * DAY_ROWS, toDay * DAY_ROWS).some((one) => one !== null && one >= JOINT_BITS);

describe('gauges taken together', () => {
  test('law: stored and read back at any instant, the same bits and the same bytes', () => {
    const seeds = fc.string({ minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(seeds, fc.double({ min: 0, max: 1, noNaN: true }), (seed, share) => {
        const values = rows(seed, 48);
        const whole = JointState.create(SIZE);
        const expected = bitsOf(values, whole);
        const cut = Math.floor(share * values.length);
        const first = JointState.create(SIZE);
        const before = bitsOf(values.slice(0, cut), first);
        const second = JointState.parse(JSON.parse(JSON.stringify(first)) as string, SIZE);
        expect([...before, ...bitsOf(values.slice(cut), second, cut)]).toEqual(expected);
        expect(second.toJSON()).toBe(whole.toJSON());
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
        const one = bitsOf(values, JointState.create(SIZE));
        const other = bitsOf(told, JointState.create(SIZE));
        for (const [row, bits] of one.entries()) {
          if (bits === null) expect(other[row]).toBeNull();
          else expect(other[row]).toBeCloseTo(bits, 5);
        }
      }),
      RUNS,
    );
  });

  test('law: the parts of the gauges add up to the squared distance in the shrunken directions', () => {
    const joint = JointState.create(SIZE);
    bitsOf(rows('parts', 40), joint);
    const sum = WAYS.reduce((all, _, way) => all + levelOf(joint, way), 0);
    expect(joint.parts.reduce((all, part) => all + part, 0)).toBeCloseTo(sum, 9);
    expect(sum).toBeGreaterThan(0);
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
      speaksIn(bitsOf(rows(seed, 365), JointState.create(SIZE)), 0, 365),
    );
    expect(spoken.length).toBeLessThanOrEqual(1);
  });

  test('unknown until weeks were learned, and in an instant with too few gauges; one that is missing is supposed', () => {
    const bits = bitsOf(rows('early', 60), JointState.create(SIZE));
    expect(bits.slice(0, 21 * DAY_ROWS).every((one) => one === null)).toBe(true);
    const silent = rows('early', 60).map(
      (row, at) => (at >= 50 * DAY_ROWS ? [row[0], NaN, NaN, NaN] : row) as number[],
    );
    expect(bitsOf(silent, JointState.create(SIZE)).at(-1)).toBeNull();
    const partly = rows('early', 60).map((row, at) => (at >= 50 * DAY_ROWS ? [NaN, ...row.slice(1)] : row));
    const known = bitsOf(partly, JointState.create(SIZE));
    expect(known.at(-1)).not.toBeNull();
    expect(speaksIn(known, 0, 60)).toBe(false);
  });

  test('one gauge goes its own way, spread and level as ever: found within a day, and it leads', () => {
    for (const seed of ['k', 'l', 'm']) {
      const joint = JointState.create(SIZE);
      const values = rows(seed, 93, (day) => (day >= 90 ? 1 : 0));
      const bits = bitsOf(values, joint);
      expect(speaksIn(bits, 0, 90)).toBe(false);
      expect(speaksIn(bits, 90, 92)).toBe(true);
      const way = joint.numbers[AT.way] as number;
      expect(WAYS[way]).toBe('across');
      const parts = joint.parts.slice(way * SIZE, (way + 1) * SIZE);
      expect(parts.indexOf(Math.max(...parts))).toBe(0);
    }
  });

  test('a slow incident goes on being told while learning stops for it; with learning it is learned away', () => {
    const values = rows('slow', 330, (day) => Math.min(1, Math.max(0, (day - 90) / 20)));
    let isOpen = false;
    const stops: Learning = (bits) => !(isOpen ||= bits !== null && bits >= JOINT_BITS);
    const stopped = bitsOf(values, JointState.create(SIZE), 0, stops);
    const learned = bitsOf(values, JointState.create(SIZE));
    expect(speaksIn(stopped, 0, 90)).toBe(false);
    expect(speaksIn(stopped, 320, 330)).toBe(true);
    expect(speaksIn(learned, 320, 330)).toBe(false);
  });
});
