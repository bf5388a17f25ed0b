// Laws of the lane: every item is settled once and in order; what is at fault is diverted alone, everything else is
// committed exactly once, whatever fails in between.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DEFAULT_LANE, LaneClosed, startLane } from '../../../src/ingest/group-commit.ts';
import { silentLog } from '../../support/database.ts';

interface Item {
  id: number;
  isPoison: boolean;
}

const poison = Object.assign(new Error('value out of range'), { code: '22003' });
const away = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
const diskFull = Object.assign(new Error('could not extend file'), { code: '53100' });

interface Trial {
  poisoned: boolean[];
  /** What the database answers to each commit in turn before it works again. */
  failures: (Error | null)[];
  maxBatch: number;
}

const trial: fc.Arbitrary<Trial> = fc.record({
  poisoned: fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }),
  failures: fc.array(fc.constantFrom(null, away, diskFull), { maxLength: 6 }),
  maxBatch: fc.integer({ min: 1, max: 12 }),
});

async function play({ poisoned, failures, maxBatch }: Trial) {
  const committed: number[] = [];
  const settled: number[] = [];
  const handedOn: number[] = [];
  const pending = [...failures];
  const lane = startLane<Item>({
    commit: async (items) => {
      await Promise.resolve();
      const failure = pending.shift();
      if (failure) throw failure;
      if (items.some(({ isPoison }) => isPoison)) throw poison;
      committed.push(...items.map(({ id }) => id));
      return () => void handedOn.push(...items.map(({ id }) => id));
    },
    divert: (item) => ({ id: -item.id - 1, isPoison: false }),
    weigh: () => 1,
    limits: { ...DEFAULT_LANE, maxBatch, firstPauseMs: 0, longestPauseMs: 0 },
    log: silentLog(),
    onRetry: () => {},
  });
  await Promise.all(poisoned.map((isPoison, id) => lane.offer({ id, isPoison }).then(() => settled.push(id))));
  await lane.close();
  return { committed, settled, handedOn };
}

test('every item is settled once, in order; poison is diverted, the rest committed once', async () => {
  await fc.assert(
    fc.asyncProperty(trial, async (given) => {
      const { committed, settled, handedOn } = await play(given);
      expect(handedOn).toEqual(committed);
      expect(settled).toEqual(given.poisoned.map((_, id) => id));
      expect(committed).toEqual(given.poisoned.map((isPoison, id) => (isPoison ? -id - 1 : id)));
    }),
    { numRuns: 200 },
  );
});

test('closing while the database is away refuses what waits instead of claiming it', async () => {
  const lane = startLane<Item>({
    commit: () => Promise.reject(away),
    divert: (item) => item,
    weigh: () => 1,
    limits: DEFAULT_LANE,
    log: silentLog(),
    onRetry: () => {},
  });
  const offered = lane.offer({ id: 1, isPoison: false });
  const refused = expect(offered).rejects.toBeInstanceOf(LaneClosed);
  await new Promise((resolve) => setTimeout(resolve, 20));
  await lane.close();
  await refused;
  await expect(lane.offer({ id: 2, isPoison: false })).rejects.toBeInstanceOf(LaneClosed);
});
