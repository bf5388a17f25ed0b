// Laws of the channel detector: the same after a restart at any instant, blind to scale and offset, never without a number,
// and one example of each kind of anomaly it is there for.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createWorkspace, observeChannel } from '../../../src/predictor/core/channels/channel.ts';
import { afterRest } from '../../../src/predictor/core/channels/rest.ts';
import { AT, ChannelState, placeOfMember, STATE_BYTES } from '../../../src/predictor/core/channels/state.ts';
import { createRandom } from '../../../src/simulators/random.ts';

const STEP_MS = 300_000;
const DAY_ROWS = 288;
const RUNS = { seed: 11, numRuns: 25 };

function scoresOf(values: readonly number[], channel = ChannelState.create(), fromRow = 0): (number | null)[] {
  const space = createWorkspace();
  return values.map((value, row) => observeChannel(channel, (fromRow + row) * STEP_MS, value, space));
}

/** Days that rise and fall, with noise; `disturb` changes single values. */
function daily(
  seed: string,
  rows: number,
  disturb: (row: number, value: number) => number = (_, value) => value,
): number[] {
  const random = createRandom(seed, 'channel');
  return Array.from({ length: rows }, (_, row) => {
    const usual = Math.sin((2 * Math.PI * row) / DAY_ROWS) + 0.1 * random.normal();
    return disturb(row, usual);
  });
}

const series = fc
  .record({
    seed: fc.string({ minLength: 1, maxLength: 5 }),
    rows: fc.integer({ min: 200, max: 1500 }),
    spikeAt: fc.integer({ min: 120, max: 1400 }),
    grid: fc.constantFrom(0, 0.5, 4),
  })
  .map(({ seed, rows, spikeAt, grid }) =>
    daily(seed, rows, (row, value) => (row === spikeAt ? 9 : grid === 0 ? value : Math.round(value / grid) * grid)),
  );

describe('a channel', () => {
  test('law: stored and read back at any row, it goes on with the same scores and the same bytes', () => {
    fc.assert(
      fc.property(series, fc.double({ min: 0, max: 1, noNaN: true }), (values, share) => {
        const whole = ChannelState.create();
        const expected = scoresOf(values, whole);
        const cut = Math.floor(share * values.length);
        const first = ChannelState.create();
        const before = scoresOf(values.slice(0, cut), first);
        const second = ChannelState.parse(JSON.parse(JSON.stringify(first)) as string);
        expect([...before, ...scoresOf(values.slice(cut), second, cut)]).toEqual(expected);
        expect(second.toJSON()).toBe(whole.toJSON());
      }),
      RUNS,
    );
  });

  test('law: another scale and another offset give the same scores', () => {
    fc.assert(
      fc.property(
        series,
        fc.integer({ min: -30, max: 30 }),
        fc.integer({ min: -1000, max: 1000 }),
        (values, power, offset) => {
          const onGrid = values.map((value) => Math.round(value * 4096) / 4096);
          const converted = onGrid.map((value) => (value + offset) * 2 ** power);
          expect(scoresOf(converted)).toEqual(scoresOf(onGrid));
        },
      ),
      RUNS,
    );
  });

  test('law: whatever finite numbers come at whatever times, scores are numbers from 0 to 1', () => {
    const values = fc.array(
      fc.oneof(
        fc.constantFrom(0, 1, 1e12, -1e12, 1e-12),
        fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e30, max: 1e30 }),
      ),
      { minLength: 120, maxLength: 400 },
    );
    fc.assert(
      fc.property(values, fc.infiniteStream(fc.integer({ min: 0, max: 9_000_000 })), (one, steps) => {
        const channel = ChannelState.create();
        const space = createWorkspace();
        let atMs = 0;
        for (const value of one) {
          atMs += steps.next().value ?? 1;
          const score = observeChannel(channel, atMs, value, space);
          if (score !== null) expect(score >= 0 && score <= 1).toBe(true);
        }
      }),
      RUNS,
    );
  });

  test('law: what is said of a row does not depend on later rows', () => {
    fc.assert(
      fc.property(series, fc.integer({ min: 1, max: 199 }), (values, cut) => {
        expect(scoresOf(values.slice(0, -cut))).toEqual(scoresOf(values).slice(0, -cut));
      }),
      RUNS,
    );
  });

  test('nothing is known at first, and a constant series has nothing to say', () => {
    expect(scoresOf(daily('a', 99)).every((score) => score === null)).toBe(true);
    const constant = scoresOf(Array.from({ length: 3000 }, () => 45)).slice(100);
    expect(Math.max(...(constant as number[]))).toBeLessThan(0.5);
  });

  test('state is at most 8 kB', () => {
    expect(STATE_BYTES).toBeLessThanOrEqual(8192);
  });

  test('law: the first peak is told in full, more of the kind for less, one twice as high in full again', () => {
    const heights = fc.array(fc.double({ min: 20, max: 21, noNaN: true }), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(heights, fc.integer({ min: 1500, max: 2500 }), (peaks, apart) => {
        const rest = ChannelState.create();
        const quietThen = (height: number): number => {
          for (let row = 1; row < apart; row++) afterRest(rest, 0.01);
          return afterRest(rest, height);
        };
        const [first, ...more] = peaks.map(quietThen) as [number, ...number[]];
        expect(first).toBe(peaks[0]);
        more.forEach((told, index) => expect(told).toBeLessThan(peaks[index + 1] as number));
        expect(quietThen(50)).toBe(50);
      }),
      RUNS,
    );
  });

  test('law: what returns says less each time, however much rarer it gets by the numbers', () => {
    fc.assert(
      fc.property(fc.double({ min: 2, max: 4, noNaN: true }), fc.integer({ min: 1200, max: 2500 }), (share, apart) => {
        const rest = ChannelState.create();
        const told = Array.from({ length: 12 }, (_, day) => {
          for (let row = 1; row < apart; row++) afterRest(rest, 0.01, 1);
          const most = Math.log2((day + 1) * apart);
          return afterRest(rest, share * most, most) / most;
        });
        told.slice(1).forEach((now, index) => expect(now).toBeLessThan(told[index] as number));
      }),
      RUNS,
    );
  });

  test('spikes every other day are told no louder although they get rarer by the numbers; one like none before is', () => {
    const random = createRandom('spikes', 'channel');
    const last = 39 * DAY_ROWS + 150;
    const spikes = daily('d', 40 * DAY_ROWS, (row, value) => {
      if (row === last) return value + 60;
      return row > 0 && row % (2 * DAY_ROWS) === 100 ? value + 5 + 2 * random.next() : value;
    });
    const channel = ChannelState.create();
    const space = createWorkspace();
    const raws: number[] = [];
    const scores = spikes.map((value, row) => {
      const score = observeChannel(channel, row * STEP_MS, value, space) ?? 0;
      raws.push(channel.numbers[AT.raw] as number);
      return score;
    });
    const highest = (of: readonly number[], fromDay: number, toRow: number): number =>
      Math.max(...of.slice(fromDay * DAY_ROWS, toRow));
    expect(highest(raws, 8, last)).toBeGreaterThan(1.2 * highest(raws, 1, 3 * DAY_ROWS));
    expect(highest(scores, 8, last)).toBeLessThan(1.2 * highest(scores, 1, 3 * DAY_ROWS));
    expect(scores[last]).toBeGreaterThan(highest(scores, 0, last));
  });

  test('half-space trees know at which hour a value is rare', () => {
    const channel = ChannelState.create();
    const space = createWorkspace();
    const values = daily('e', 14 * DAY_ROWS);
    values.forEach((value, row) => observeChannel(channel, row * STEP_MS, value, space));
    const rarity = (row: number, value: number): number => {
      const copy = ChannelState.parse(JSON.parse(JSON.stringify(channel)) as string);
      observeChannel(copy, (values.length + row) * STEP_MS, value, space);
      return space.scores[placeOfMember('half-space')] as number;
    };
    const [up, down] = [DAY_ROWS / 4, (3 * DAY_ROWS) / 4];
    expect(rarity(up, -1)).toBeGreaterThan(4 * rarity(up, 1));
    expect(rarity(down, 1)).toBeGreaterThan(4 * rarity(down, -1));
  });

  const at = 10 * DAY_ROWS;
  const anomalies: [string, (row: number, value: number) => number][] = [
    ['a spike', (row, value) => (row === at ? value + 6 : value)],
    ['a shift', (row, value) => (row >= at ? value + 3 : value)],
    ['a flat line', (row, value) => (row >= at && row < at + 200 ? 0.3 : value)],
    [
      'a day that does not come',
      (row, value) => (row >= at && row < at + DAY_ROWS ? -0.9 + 0.1 * Math.abs(value) : value),
    ],
    ['a scatter that grows', (row, value) => (row >= at && row < at + 200 && row % 2 === 0 ? value + 2 : value)],
  ];
  test.each(anomalies)('%s stands out of ten quiet days', (_, disturb) => {
    const scores = scoresOf(daily('b', at + DAY_ROWS, disturb)) as number[];
    const quiet = Math.max(...scores.slice(5 * DAY_ROWS, at));
    expect(Math.max(...scores.slice(at, at + 250))).toBeGreaterThan(quiet);
  });
});
