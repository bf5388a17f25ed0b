// kill -9 while a month's shared cost is shared out, provisionally and for good: whatever statement it came after, totals are
// those of a full recomputation, the books hold, and the month is open or closed, nothing between. The control commits statement
// by statement and must break this.
import { once } from 'node:events';
import { expect, test } from 'vitest';
import type { Database } from '../../../src/db/database.ts';
import { EVERY_REASON } from '../../support/close-period.ts';
import { prepareServiceDatabase, type ServiceDatabase } from '../../support/app.ts';
import {
  FACTS_A_KILL,
  type Found,
  foundMonth,
  fromScratch,
  lookAfter,
  MONTH,
  postBatch,
  withCosting,
} from './cost-month.ts';
import { killGroup, startKillable } from './killable.ts';

const LIMIT = { timeout: 180_000 };
/** Of a provisional run: what had moved is taken, the results are written, the run is done. */
const OF_A_RUN = ['allocation-begin', 'allocation-(results|amounts|patches)', 'allocation-run-computed'];
/** Of a close: the final run is in the journal, the month is closed. */
const OF_A_CLOSE = ['journal_run', 'UPDATE period SET state'];

interface Kill {
  work: 'post' | 'approve';
  statement: string;
  transactions?: 'whole' | 'torn';
  batch?: number;
}

async function killAfter(database: ServiceDatabase, kill: Kill): Promise<void> {
  const { work, statement, transactions = 'whole', batch = 0 } = kill;
  const args = [JSON.stringify(database.target), work, statement, transactions, String(batch)];
  const child = await startKillable('costing-process.ts', args);
  const [said] = (await once(child, 'message')) as [unknown];
  expect(said).toBe('reached');
  await killGroup(child);
}

async function prepare(): Promise<ServiceDatabase> {
  const database = await prepareServiceDatabase();
  await database.look(async (db) => {
    await foundMonth(db);
    await postBatch(db, 0);
  });
  return database;
}
const askToClose = (database: ServiceDatabase) =>
  database.look((db) => withCosting(db, ({ periods }) => periods.close(MONTH, { reasons: EVERY_REASON }, 'closer')));

function expectWhole({ totals, broken, isOneOfTwo }: Found, scratch: unknown[]): void {
  expect(totals).toEqual(scratch);
  expect(scratch.length).toBeGreaterThan(3);
  expect({ broken, isOneOfTwo }).toEqual({ broken: null, isOneOfTwo: true });
}
/** What is found first, then the same from scratch. */
const both = async (db: Database) => [await lookAfter(db), await fromScratch(db)] as const;

test('killed after any statement of a provisional run, totals are those of a full recomputation', LIMIT, async () => {
  const database = await prepare();
  for (const [index, statement] of OF_A_RUN.entries()) {
    await killAfter(database, { work: 'post', statement, batch: index + 1 });
    const [found, scratch] = await database.look(both);
    expect(found.facts).toBe(FACTS_A_KILL * (index + 2));
    expectWhole(found, scratch);
  }
  await database.remove();
});

test(
  'killed after any statement of a close, the month is open and whole, and approving again closes it',
  LIMIT,
  async () => {
    const database = await prepare();
    await askToClose(database);
    for (const statement of OF_A_CLOSE) await killAfter(database, { work: 'approve', statement });
    const [found, scratch] = await database.look(both);
    expectWhole(found, scratch);
    const closed = await database.look((db) =>
      withCosting(db, async ({ periods }) => ({
        ...(await periods.approve(MONTH, 'approver')),
        found: await lookAfter(db),
      })),
    );
    expect(closed.state).toBe('closed');
    expectWhole(closed.found, scratch);
    await database.remove();
  },
);

test(
  'control: committed statement by statement, a killed run loses what moved, and a killed close stands between',
  LIMIT,
  async () => {
    const database = await prepare();
    await askToClose(database);
    await killAfter(database, { work: 'post', statement: 'allocation-begin', transactions: 'torn', batch: 1 });
    const [found, scratch] = await database.look(both);
    expect(found.totals).not.toEqual(scratch);
    await askToClose(database);
    await killAfter(database, { work: 'approve', statement: 'journal_run', transactions: 'torn' });
    expect((await database.look(lookAfter)).isOneOfTwo).toBe(false);
    await database.remove();
  },
);
