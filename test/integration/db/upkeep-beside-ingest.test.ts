// Upkeep never stops ingest: while every job of the readings runs again and again over a history, each commit of new
// readings goes through, and none waits for a whole job.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../../src/contracts/time.ts';
import { startMaintenance } from '../../../src/db/maintenance.ts';
import { readingMaintenance } from '../../../src/db/reading-maintenance.ts';
import { insertNew } from '../../../src/ingest/reading-store.ts';
import { openTestDatabase, silentLog, type TestDatabase } from '../../support/database.ts';
import { registerDevices } from '../ingest/devices.ts';

const START_MS = Date.UTC(2026, 3, 1);
const ROUNDS = 4;
const DEVICES = 20;
let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
  await registerDevices(database, DEVICES);
  await database.query(
    `INSERT INTO reading (device_id, metric_id, measured_at, value, received_at)
     SELECT d, 1, t, random(), t FROM generate_series(1, ${DEVICES}) d,
       generate_series($1::timestamptz, $2, INTERVAL '10 minutes') t`,
    [new Date(START_MS - 60 * DAY_MS), new Date(START_MS - HOUR_MS)],
  );
});
afterAll(() => database.close());

test('every commit goes through beside it, on time or late, and is in the rollups afterwards', async () => {
  let nowMs = START_MS;
  const clock = { now: () => nowMs };
  const jobs = readingMaintenance({ clock, compressAfterDays: 10, retainDays: 50 });
  const maintenance = startMaintenance({ database, jobs, clock, log: silentLog() });
  const lane = database.dedicated('ingest');
  let isOver = false;
  let commits = 0;
  const ingest = (async () => {
    for (let i = 0; !isOver; i += 1) {
      // One live reading and one of an hour that may be closed, of every device.
      const samples = Array.from({ length: DEVICES }, (_, at) => at + 1).flatMap((deviceKey) =>
        [START_MS - 30 * DAY_MS + i * 1_000 + 1, START_MS + i * 1_000 + 1].map((measuredAtMs) => ({
          deviceId: `dev-${deviceKey}`,
          deviceKey,
          measuredAtMs,
          metrics: ['m'],
          metricKeys: [2],
          values: [i],
          qualities: [0],
          labels: null,
        })),
      );
      expect(await insertNew(lane, samples, nowMs)).toBe(2 * DEVICES);
      commits += 1;
    }
  })();
  const commitsDuring: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    nowMs += DAY_MS;
    for (const { name } of jobs) {
      const before = commits;
      expect(await maintenance.run(name)).toMatchObject({ state: 'done' });
      commitsDuring.push(commits - before);
    }
  }
  isOver = true;
  await ingest;
  await maintenance.run('refresh-rollups');
  const { rows } = await database.query<{ n: bigint }>(
    'SELECT sum(n)::bigint AS n FROM reading_hour WHERE metric_id = 2',
  );
  const open = await database.query<{ n: bigint }>(
    'SELECT sum(n)::bigint AS n FROM reading_hourly WHERE metric_id = 2',
  );
  expect(Number(open.rows[0]?.n)).toBe(2 * DEVICES * commits);
  expect(Number(rows[0]?.n)).toBe(2 * DEVICES * commits);
  expect(commitsDuring.reduce((sum, n) => sum + n, 0)).toBeGreaterThan(0);
  await lane.close();
  await maintenance.close();
}, 120_000);
