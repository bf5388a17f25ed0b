// The quarantine stays within its limits: what was decided about goes first, the oldest first, and every deletion counts.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY_MS } from '../../../src/contracts/time.ts';
import { quarantineMaintenance } from '../../../src/ingest/quarantine-trim.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

const NOW_MS = Date.UTC(2026, 5, 1);
let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database?.close());

const add = (device: string, state: string, ageDays: number, bytes: number): Promise<unknown> =>
  database.query(
    `INSERT INTO quarantine (device_code, topic, payload, reason, detail, received_at, payload_hash, state, decided_at)
     VALUES ($1, 't', decode(repeat('00', $4), 'hex'), 'not-json', '', $3, uuid_send(gen_random_uuid()), $2,
       CASE WHEN $2 <> 'held' THEN $3::timestamptz END)`,
    [device, state, new Date(NOW_MS - ageDays * DAY_MS), bytes],
  );
const left = async (): Promise<string[]> =>
  (
    await database.query<{ it: string }>(`SELECT device_code || ' ' || state AS it FROM quarantine ORDER BY id`)
  ).rows.map(({ it }) => it);

test('age, then a device that fills it, then all together', async () => {
  await add('a', 'discarded', 40, 10);
  await add('a', 'held', 40, 10);
  await add('a', 'held', 500, 10);
  await add('b', 'held', 3, 60);
  await add('b', 'discarded', 1, 60);
  await add('b', 'held', 2, 30);
  await add('c', 'replayed', 1, 50);
  const trimmed: string[] = [];
  const limits = { decidedDays: 30, heldDays: 400, bytesPerDevice: 100, bytes: 120 };
  const [job] = quarantineMaintenance({
    clock: { now: () => NOW_MS },
    limits,
    onTrimmed: (cause, entries) => trimmed.push(`${cause} ${entries}`),
  });
  expect(await job?.run(database, new AbortController().signal)).toBe('4 entries deleted');
  expect(await left()).toEqual(['a held', 'b held', 'b held']);
  expect(trimmed).toEqual(['age 2', 'device-full 1', 'full 1']);
  const { rows } = await database.query(
    'SELECT device_code, state, cause, entries, bytes FROM quarantine_trimmed ORDER BY id',
  );
  expect(rows).toHaveLength(4);
  expect(await job?.run(database, new AbortController().signal)).toBe('0 entries deleted');
});
