// Wherever an import is cut off, and however often: in the end the store holds exactly the rows of the file, and the report
// counts each row once.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RecordedRow } from '../../../src/contracts/recording.ts';
import { BEGIN, type Checkpoint, reportOf } from '../../../src/ingest/imports/checkpoint.ts';
import { runImport } from '../../../src/ingest/imports/run.ts';
import type { DeviceFacts, UpMessage } from '../../../src/ingest/ports.ts';

const facts: DeviceFacts = { id: 1, code: 'any', metrics: new Map(), gateway: null };

const row = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ device: fc.constantFrom('A', 'B', 'NOBODY'), second: fc.nat(50), value: fc.nat(9) }),
  },
  { weight: 1, arbitrary: fc.constant(null) },
);

const toRow = (one: { device: string; second: number; value: number } | null, i: number): RecordedRow =>
  one === null
    ? { line: i + 2, refused: 'time-unreadable', detail: '"x" is no time' }
    : { line: i + 2, sample: { device: one.device, ts: one.second * 1000, values: { m: one.value } } };

async function* streamed(rows: readonly RecordedRow[]): AsyncGenerator<RecordedRow> {
  yield* rows;
}

class Killed extends Error {}

interface Store {
  readings: Map<string, number>;
  point: Checkpoint;
}

/** One run that dies at its `dieAt`-th effect, if it gets there; `forgets` is the control: it saves before it stores. */
async function attempt(rows: readonly RecordedRow[], store: Store, dieAt: number, forgets = false): Promise<boolean> {
  let effects = 0;
  const effect = (): void => {
    // Dead is dead: nothing after it has an effect either.
    if (++effects >= dieAt) throw new Killed();
  };
  const waiting: UpMessage[] = [];
  const put = ({ device, payload }: UpMessage): void => {
    for (const { ts, values } of JSON.parse(payload.toString()) as { ts: number; values: { m: number } }[]) {
      const key = `${device} ${ts}`;
      if (!store.readings.has(key)) store.readings.set(key, values.m);
    }
  };
  try {
    const point = await runImport(streamed(rows), store.point, {
      load: async (code) => (code === 'NOBODY' ? null : facts),
      faultOfTime: () => null,
      nowMs: () => 0,
      async accept(message) {
        effect();
        if (forgets) waiting.push(message);
        else put(message);
      },
      async save(saved) {
        store.point = saved;
        effect();
        for (const message of waiting.splice(0)) put(message);
        return true;
      },
    });
    return point !== null;
  } catch (error) {
    if (error instanceof Killed) return false;
    throw error;
  }
}

/** The first value of each key, as the table keeps it. */
function expected(rows: readonly RecordedRow[]): Map<string, number> {
  const kept = new Map<string, number>();
  for (const one of rows) {
    if (!('sample' in one) || one.sample.device === 'NOBODY') continue;
    const key = `${one.sample.device} ${one.sample.ts}`;
    if (!kept.has(key)) kept.set(key, one.sample.values.m ?? 0);
  }
  return kept;
}

const plans = fc.record({
  // More than two windows, so that a kill falls before, between and after checkpoints.
  rows: fc
    .array(row, { minLength: 1, maxLength: 60, size: 'max' })
    .map((some) => Array.from({ length: 90 }, () => some).flat()),
  kills: fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 4 }),
});

async function brokenRun(rows: readonly RecordedRow[], kills: readonly number[], forgets: boolean): Promise<Store> {
  const store: Store = { readings: new Map(), point: BEGIN };
  for (const dieAt of kills) if (await attempt(rows, store, dieAt, forgets)) return store;
  await attempt(rows, store, Number.POSITIVE_INFINITY, forgets);
  return store;
}

test('any kills, the same set and the same report', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(plans, async ({ rows: drawn, kills }) => {
      const rows = drawn.map(toRow);
      const store = await brokenRun(rows, kills, false);
      const whole: Store = { readings: new Map(), point: BEGIN };
      await attempt(rows, whole, Number.POSITIVE_INFINITY);
      expect(store.readings).toEqual(expected(rows));
      expect(reportOf(store.point)).toEqual(reportOf(whole.point));
      expect(store.point.rows).toBe(rows.length);
    }),
    { numRuns: 60 },
  );
});

test('the control: one that checkpoints before it stores loses rows', async () => {
  const rows = Array.from({ length: 5_000 }, (_, i) => toRow({ device: 'A', second: i, value: 1 }, i));
  const effectsOfOneWindow = 21;
  const store = await brokenRun(rows, [effectsOfOneWindow], true);
  expect(store.readings.size).toBeLessThan(expected(rows).size);
});
