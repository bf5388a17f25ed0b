// Callers from outside hold up nobody: the lane goes on beside any number of their questions, and a question that takes
// too long is ended.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../../src/db/database.ts';
import { isTimeout } from '../../../src/db/errors.ts';
import { type FreezableDatabase, openFreezableDatabase } from '../../support/freezable-database.ts';

const QUESTIONS = 50;
const isServer = process.env.TEST_DATABASE_URL !== undefined;
const slow = isServer ? 'SELECT pg_sleep(0.2)' : 'SELECT count(*) FROM generate_series(1, 400000)';
const endless = isServer ? 'SELECT pg_sleep(60)' : 'SELECT count(*) FROM generate_series(1, 4000000000)';
let opened: FreezableDatabase;
let database: Database;
let lane: Database;

beforeAll(async () => {
  opened = await openFreezableDatabase({ callerLimitMs: 4_000 });
  ({ database } = opened);
  lane = database.dedicated('lane');
  await lane.query('SELECT 1');
});
afterAll(async () => {
  await lane.close();
  await opened.close();
});

test('fifty slow questions do not hold up the lane; a question behind them waits for them', {
  timeout: 60_000,
}, async () => {
  let answered = 0;
  const questions = Array.from({ length: QUESTIONS }, () =>
    database.asCaller(() => database.query(slow)).then(() => (answered += 1)),
  );
  const behind = database.asCaller(() => database.query('SELECT 1')).then(() => answered);
  for (let n = 0; n < 5; n++) await lane.transaction((tx) => tx.query('SELECT 1'));
  expect(answered).toBeLessThan(QUESTIONS / 2);
  expect(await behind).toBeGreaterThan(QUESTIONS / 2);
  await Promise.all(questions);
});

test('a question past its time limit is ended with an error that says so, and the house goes on', {
  timeout: 60_000,
}, async () => {
  const outcome = database
    .asCaller(() => database.query(endless))
    .then(
      () => 'answered',
      (error: unknown) => (isTimeout(error) ? 'ended' : error),
    );
  expect(await outcome).toBe('ended');
  await expect
    .poll(
      () =>
        lane.query('SELECT 1').then(
          ({ rowCount }) => rowCount,
          () => 0,
        ),
      { timeout: 30_000 },
    )
    .toBe(1);
  expect((await database.asCaller(() => database.query('SELECT 1'))).rowCount).toBe(1);
});

test('a question that is wrong costs nobody the connection', async () => {
  const pid = async (): Promise<unknown> => (await lane.query('SELECT pg_backend_pid() AS pid')).rows[0]?.pid;
  await lane.query('CREATE TEMPORARY TABLE session_mark (one int)');
  const before = await pid();
  await expect(lane.query('SELECT 1 / 0')).rejects.toMatchObject({ code: '22012' });
  expect((await lane.query('SELECT * FROM session_mark')).rowCount).toBe(0);
  expect(await pid()).toBe(before);
});
