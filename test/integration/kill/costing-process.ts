// The costing room as a process of its own, to be killed: `costing-process.ts TARGET_JSON WORK STATEMENT TRANSACTIONS`. Does the
// work (posts facts of a month, or approves its close) and goes no further than the statement: it says `reached` there and waits
// for its end. TRANSACTIONS `torn` is what the control does: every statement of a transaction commits by itself.
import { afterTheMonth, FACTS_A_KILL, MONTH, postBatch } from './cost-month.ts';
import { startCosting } from '../../../src/costing/costing.ts';
import type { Database, Queryable, Transaction } from '../../../src/db/database.ts';
import { startEventLog } from '../../../src/db/event-log.ts';
import { openDatabase } from '../../../src/db/open.ts';
import { survivalAt } from '../../../src/predictor/survival/survival-reads.ts';
import { silentLog } from '../../support/database.ts';

const [target = '{}', work = 'post', statement = '', transactions = 'whole', batch = '0'] = process.argv.slice(2);
const log = silentLog();
const database = await openDatabase({ ...(JSON.parse(target) as { dataDir: string; url?: string }), log });
let isArmed = false;

async function stopAfter(what: string): Promise<void> {
  if (!isArmed || !new RegExp(statement).test(what)) return;
  process.send?.('reached');
  await new Promise(() => {});
}
const stopping = <Q extends Queryable>(queryable: Q): Q => ({
  ...queryable,
  query: async (text: string, values?: readonly unknown[]) => {
    const result = await queryable.query(text, values);
    await stopAfter(text);
    return result;
  },
  prepared: async (name: string, text: string, values: readonly unknown[]) => {
    const result = await queryable.prepared(name, text, values);
    await stopAfter(name);
    return result;
  },
});
/** Committed statement by statement; what is due at the commit never comes, since nothing gets so far. */
const torn: Transaction = {
  query: (text, values) => database.query(text, values),
  prepared: (name, text, values) => database.prepared(name, text, values),
  isTransaction: true,
  atCommit: () => {},
  notify: () => {},
};
const killable: Database = {
  ...database,
  transaction: (act) =>
    transactions === 'torn' && isArmed ? act(stopping(torn)) : database.transaction((tx) => act(stopping(tx))),
};

const clock = { now: afterTheMonth };
const eventLog = await startEventLog({ database, log });
const costing = await startCosting({
  database: killable,
  eventLog,
  clock,
  log,
  currency: 'CNY',
  survivalAt: survivalAt(database),
});
await costing.idle();
process.send?.('ready');
isArmed = true;
if (work === 'post') await postBatch(database, Number(batch) * FACTS_A_KILL);
else await costing.periods.approve(MONTH, 'approver');
