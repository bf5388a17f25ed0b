// Laws of the lane: every item is settled once and in order; what is at fault is diverted alone, everything else is
// committed exactly once, whatever fails in between.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DEFAULT_LANE, LaneClosed, startLane } from '../../../src/ingest/group-commit.ts';
import { silentLog } from '../../support/database.ts';

interface Item {
  id: number;
  /** What the database says whenever it is in a commit. */
  poison: Error | null;
}

const said = (code: string, message = 'as the database says it'): Error => Object.assign(new Error(message), { code });

/** Of the data (classes 22, 23, 54), of nobody knows whom, and a mistake of ours that has no SQLSTATE. */
const POISONS = [
  ...['22003', '22021', '22P05', '22008', '23502', '23503', '23505', '23514', '54000', '54023'].map((code) =>
    said(code),
  ),
  ...['XX000', '0A000', '21000', 'P0001', '38000'].map((code) => said(code)),
  new TypeError('of undefined'),
];

/** States of the database: they pass, and say nothing about the data. */
const STATES = [
  said('ECONNREFUSED', 'connect ECONNREFUSED'),
  new Error('Connection terminated unexpectedly'),
  new Error('Query read timeout'),
  ...['08006', '25006', '40001', '40P01', '42501', '53100', '53200', '53300', '55P03', '57014', '57P01', '58030'].map(
    (code) => said(code),
  ),
];

interface Trial {
  poisons: (Error | null)[];
  /** What the database answers to each commit in turn before it works again. */
  failures: (Error | null)[];
  maxBatch: number;
}

const trial: fc.Arbitrary<Trial> = fc.record({
  poisons: fc.array(fc.constantFrom(null, null, null, ...POISONS), { minLength: 1, maxLength: 40 }),
  failures: fc.array(fc.constantFrom(null, ...STATES), { maxLength: 6 }),
  maxBatch: fc.integer({ min: 1, max: 12 }),
});

async function play({ poisons, failures, maxBatch }: Trial) {
  const committed: number[] = [];
  const settled: number[] = [];
  const handedOn: number[] = [];
  const pending = [...failures];
  const lane = startLane<Item>({
    commit: async (items) => {
      await Promise.resolve();
      const failure = pending.shift();
      if (failure) throw failure;
      const bad = items.find(({ poison }) => poison);
      if (bad?.poison) throw bad.poison;
      committed.push(...items.map(({ id }) => id));
      return () => void handedOn.push(...items.map(({ id }) => id));
    },
    divert: (item) => ({ id: -item.id - 1, poison: null }),
    weigh: () => 1,
    limits: { ...DEFAULT_LANE, maxBatch, firstPauseMs: 0, longestPauseMs: 0 },
    log: silentLog(),
    onRetry: () => {},
  });
  await Promise.all(poisons.map((poison, id) => lane.offer({ id, poison }).then(() => settled.push(id))));
  await lane.close();
  return { committed, settled, handedOn };
}

test('every item is settled once, in order; poison is diverted, the rest committed once', async () => {
  await fc.assert(
    fc.asyncProperty(trial, async (given) => {
      const { committed, settled, handedOn } = await play(given);
      expect(handedOn).toEqual(committed);
      expect(settled).toEqual(given.poisons.map((_, id) => id));
      expect(committed).toEqual(given.poisons.map((poison, id) => (poison ? -id - 1 : id)));
    }),
    { numRuns: 200 },
  );
});

test('closing while the database is away refuses what waits instead of claiming it', async () => {
  const lane = startLane<Item>({
    commit: () => Promise.reject(said('ECONNREFUSED')),
    divert: (item) => item,
    weigh: () => 1,
    limits: DEFAULT_LANE,
    log: silentLog(),
    onRetry: () => {},
  });
  const offered = lane.offer({ id: 1, poison: null });
  const refused = expect(offered).rejects.toBeInstanceOf(LaneClosed);
  await new Promise((resolve) => setTimeout(resolve, 20));
  await lane.close();
  await refused;
  await expect(lane.offer({ id: 2, poison: null })).rejects.toBeInstanceOf(LaneClosed);
});

test('a commit that takes too long is tried in halves; an error that may pass is not the first item to blame', async () => {
  const sizes: number[] = [];
  let isFirst = true;
  const lane = startLane<Item>({
    commit: async (items) => {
      sizes.push(items.length);
      if (items.length > 2) throw said('57014');
      if (isFirst) {
        isFirst = false;
        throw said('40001');
      }
      return () => {};
    },
    divert: () => {
      throw new Error('nothing is at fault');
    },
    weigh: () => 1,
    limits: { ...DEFAULT_LANE, firstPauseMs: 0, longestPauseMs: 0 },
    log: silentLog(),
    onRetry: () => {},
  });
  await Promise.all(Array.from({ length: 8 }, (_, id) => lane.offer({ id, poison: null })));
  await lane.close();
  expect(sizes).toEqual([8, 4, 2, 2, 2, 4, 2, 2]);
});

test('closing does not wait for a database that does not answer', async () => {
  const lane = startLane<Item>({
    commit: () => new Promise(() => {}),
    divert: (item) => item,
    weigh: () => 1,
    limits: { ...DEFAULT_LANE, maxBatch: 1, closeMs: 20 },
    log: silentLog(),
    onRetry: () => {},
  });
  const offered = [1, 2].map((id) => lane.offer({ id, poison: null }));
  const refused = Promise.all(offered.map((one) => expect(one).rejects.toBeInstanceOf(LaneClosed)));
  await new Promise((resolve) => setTimeout(resolve, 5));
  await lane.close();
  await refused;
});
