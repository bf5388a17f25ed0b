// What is said of the stored readings: nothing before it is known, never a zero in its place.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rollUp } from '../../../src/db/rollups.ts';
import { systemState } from '../../../src/db/system-state.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

const START_MS = Date.UTC(2026, 3, 1);
const READINGS = 500;
let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const storage = async () => (await systemState(database, [])).storage;

test('readings are counted once there are statistics, and hourly values told once there are some', async () => {
  expect(await storage()).toMatchObject({ readings: 0, chunks: 0, rolledTo: null });
  await database.query(
    `INSERT INTO reading (device_id, metric_id, measured_at, value, received_at)
     SELECT 1, 1, t, 1, t FROM generate_series(1, $2::int) n, LATERAL (SELECT $1::timestamptz + n * INTERVAL '1 minute') x(t)`,
    [new Date(START_MS), READINGS],
  );
  expect(await storage()).toMatchObject({ readings: null, rolledTo: null });
  await database.query('ANALYZE reading');
  const nowMs = START_MS + 86_400_000;
  await rollUp(database, nowMs, new AbortController().signal);
  expect(await storage()).toMatchObject({ readings: READINGS, rolledTo: '2026-04-01T23:00:00.000Z' });
});
