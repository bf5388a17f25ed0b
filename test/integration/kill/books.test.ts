// kill -9 in the middle of a close, between taking a batch and fetching it, and in the middle of taking it: afterwards a month is open
// or closed, the general ledger has every entry once, and the books hold. The controls do it in two steps and must break.
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type BookBreak, verifyBooks } from '../../../src/costing/books.ts';
import { COSTING_CONSUMER } from '../../../src/costing/costing.ts';
import { postFacts } from '../../../src/costing/facts.ts';
import { JOB_EVENTS } from '../../../src/costing/job-facts.ts';
import { prepareServiceDatabase, type ServiceDatabase, spawnService } from '../../support/app.ts';
import { foundServiceWorld } from '../../support/service-world.ts';
import { type BooksAct, MONTH, POOL, sharedFacts } from './books-plan.ts';
import { killGroup, startKillable } from './killable.ts';

const LIMIT_MS = 240_000;
let prepared: ServiceDatabase;
let folder: string;

beforeEach(async () => {
  prepared = await prepareServiceDatabase();
  folder = mkdtempSync(join(tmpdir(), 'stethos-ledger-'));
  await prepared.look(async (database) => {
    await foundServiceWorld(database);
    await database.query(`INSERT INTO cost_pool VALUES ($1, 'Depot', '库房')`, [POOL]);
    await database.query(
      `INSERT INTO allocation_cycle (code, version, effective_from, method, segments, author, created_at)
       VALUES ('c', 1, '2026-01', 'direct', $1, 'anna', now())`,
      [JSON.stringify([{ pool: POOL, driver: 'installed-devices' }])],
    );
    await database.query(
      `INSERT INTO allocation_activation (cycle, cycle_version, actor, at) VALUES ('c', 1, 'ben', now())`,
    );
  });
}, LIMIT_MS);
afterEach(async () => {
  await prepared.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** To its end, or up to the moment it is killed at. */
async function run(act: BooksAct, killedAt = ''): Promise<void> {
  const child = await startKillable('./books-process.ts', [JSON.stringify(prepared.target), act, killedAt, folder]);
  const ended = once(child, 'exit');
  const heard = Promise.race([once(child, 'message'), ended]);
  child.send('go');
  const [said] = (await heard) as [unknown];
  expect(said).toBe(killedAt === '' ? 'done' : 'stalled');
  if (killedAt === '') await ended;
  else await killGroup(child);
}

const post = (round: string) =>
  prepared.look((database) => database.transaction((tx) => postFacts(tx, '2026-06-01T00:00:00Z', sharedFacts(round))));

const bookBreak = (): Promise<BookBreak | null> =>
  prepared.look(async (database) => (await verifyBooks(database, COSTING_CONSUMER, JOB_EVENTS)).firstBreak);

interface Month {
  state: string;
  finals: number;
  entered: number;
}
const month = (): Promise<Month | undefined> =>
  prepared.look(
    async (database) =>
      (
        await database.query<Month>(
          `SELECT state, (SELECT count(*) FROM allocation_run WHERE period = $1 AND status = 'final')::integer AS finals,
                  (SELECT count(*) FROM journal WHERE period = $1 AND kind = 'run')::integer AS entered
           FROM period WHERE code = $1`,
          [MONTH],
        )
      ).rows[0],
  );

/** Entries in the files of the general ledger against those of the journal. */
async function handedOut(): Promise<{ entries: number; handed: number; once: number }> {
  const lines = readdirSync(folder)
    .filter((name) => name.endsWith('.csv'))
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').trimEnd().split('\r\n').slice(1))
    .map((line) => line.split(',').slice(1, 3).join(':'));
  const entries = await prepared.look(
    async (database) =>
      (await database.query<{ n: number }>('SELECT count(*)::integer AS n FROM journal_entry')).rows[0]?.n ?? 0,
  );
  return { entries, handed: lines.length, once: new Set(lines).size };
}

describe('a close that is killed', () => {
  test('leaves the month open with nothing of it, and is done again', { timeout: LIMIT_MS }, async () => {
    await post('may');
    for (const moment of ['journal_run', `UPDATE period SET state = 'closed'`]) {
      await run('close', moment);
      expect([moment, await month(), await bookBreak()]).toEqual([
        moment,
        { state: 'open', finals: 0, entered: 0 },
        null,
      ]);
    }
    await run('close');
    expect([await month(), await bookBreak()]).toEqual([{ state: 'closed', finals: 1, entered: 1 }, null]);
    const verified = await spawnService(prepared.env, { program: 'src/verify.ts' }).ended;
    expect(verified).toEqual({ code: 0, signal: null });
  });

  test('control: in two steps, the books break', { timeout: LIMIT_MS }, async () => {
    await post('may');
    await run('close-in-parts', 'the final run is there');
    expect(await month()).toEqual({ state: 'open', finals: 1, entered: 0 });
    expect(await bookBreak()).toMatchObject({ law: expect.stringMatching(/final runs/) });
  });
});

describe('an export that is killed', () => {
  test('hands out every entry once, wherever it was killed', { timeout: LIMIT_MS }, async () => {
    for (const [round, moment] of [
      'INSERT INTO journal_export_item',
      'claimed, not downloaded',
      'half downloaded',
    ].entries()) {
      await post(`round ${round}`);
      await run('export', moment);
    }
    await post('last');
    await run('close');
    await run('export');
    const { entries, handed, once: different } = await handedOut();
    expect(entries).toBeGreaterThan(160);
    expect([handed, different, await bookBreak()]).toEqual([entries, entries, null]);
  });

  test('control: marked after it was handed out, it is handed out twice', { timeout: LIMIT_MS }, async () => {
    await post('may');
    await run('export-then-mark', 'handed out, not marked');
    await run('export-then-mark');
    const { entries, handed } = await handedOut();
    expect(handed).toBe(2 * entries);
  });
});
