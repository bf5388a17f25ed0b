// The books as a process of its own, to be killed in the middle: `books-process.ts TARGET_JSON ACT STALL FOLDER`. ACT is done once and
// to its end, from wherever a killed one left it. At the first statement that has STALL in it, or at the moment of that name, the
// process says `stalled` and stays there for ever.
import { once } from 'node:events';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COSTING_CONSUMER } from '../../../src/costing/costing.ts';
import { runAllocation } from '../../../src/costing/allocation-run.ts';
import { EXPORT_FORMAT } from '../../../src/costing/core/journal/export-lines.ts';
import { claimExport, exportFile, listExports } from '../../../src/costing/journal-export.ts';
import { createPeriodDesk } from '../../../src/costing/period-desk.ts';
import type { Database, Transaction } from '../../../src/db/database.ts';
import { openDatabase } from '../../../src/db/open.ts';
import { EVERY_REASON } from '../../support/close-period.ts';
import { silentLog } from '../../support/database.ts';
import { type BooksAct, MONTH } from './books-plan.ts';

const [target = '{}', act = '', stall = '', folder = ''] = process.argv.slice(2);
const AT = '2026-06-15T12:00:00.000Z';
const BATCH_ENTRIES = 12;
const log = silentLog();

async function reach(moment: string): Promise<void> {
  if (stall === '' || !moment.includes(stall)) return;
  process.send?.('stalled');
  await new Promise(() => {});
}

/** Statements of transactions pass the place where it stalls. */
function stalling(database: Database): Database {
  const within = (tx: Transaction): Transaction =>
    new Proxy(tx, {
      get(of, name) {
        if (name !== 'query') return Reflect.get(of, name) as unknown;
        return async (text: string, values?: readonly unknown[]) => {
          await reach(text);
          return of.query(text, values);
        };
      },
    });
  return new Proxy(database, {
    get(of, name) {
      if (name === 'transaction')
        return <T>(work: (tx: Transaction) => Promise<T>) => of.transaction((tx) => work(within(tx)));
      const value: unknown = Reflect.get(of, name);
      return typeof value === 'function' ? (value.bind(of) as unknown) : value;
    },
  });
}

const database = stalling(await openDatabase({ ...(JSON.parse(target) as { dataDir: string; url?: string }), log }));
const periods = createPeriodDesk({ database, clock: { now: () => Date.parse(AT) }, log, consumer: COSTING_CONSUMER });

async function close(): Promise<void> {
  const { state } = await periods.one(MONTH);
  if (state === 'closed') return;
  if (state === 'open') await periods.close(MONTH, { reasons: EVERY_REASON }, 'closer');
  await periods.approve(MONTH, 'approver');
}

/** What the control does: the final run by itself, the rest when it gets to it. */
async function closeInParts(): Promise<void> {
  await periods.close(MONTH, { reasons: EVERY_REASON }, 'closer');
  await database.transaction((tx) => runAllocation(tx, { period: MONTH, status: 'final', at: AT, reread: 'all' }));
  await reach('the final run is there');
}

/** As a general ledger takes its files: whole, under their number; a file that is there is not fetched again. */
async function keepFile(batch: number): Promise<void> {
  const path = join(folder, `batch-${batch}.csv`);
  if (existsSync(path)) return;
  let text = '';
  for await (const part of (await exportFile(database, batch, 'csv')).lines) text += part;
  writeFileSync(`${path}.part`, text);
  await reach('half downloaded');
  renameSync(`${path}.part`, path);
}

async function exportAll(): Promise<void> {
  for (const { id } of (await listExports(database, { limit: 500 })).items) await keepFile(id);
  for (;;) {
    const claim = { period: null, actor: 'ledger', at: AT, limit: BATCH_ENTRIES };
    const batch = await claimExport(database, claim).catch(() => null);
    if (batch === null) return;
    await reach('claimed, not downloaded');
    await keepFile(batch.id);
  }
}

/** What the control does: hands out what no batch has, and notes afterwards that it did. */
async function exportThenMark(): Promise<void> {
  const { rows } = await database.query<{ journal: string; line: number }>(
    `SELECT journal_id::text AS journal, line FROM journal_entry
     WHERE journal_id NOT IN (SELECT journal_id FROM journal_export_item) ORDER BY 1, 2`,
  );
  const path = join(folder, 'handed-out.csv');
  const before = existsSync(path) ? readFileSync(path, 'utf8') : EXPORT_FORMAT.csv.head;
  writeFileSync(path, before + rows.map(({ journal, line }) => `0,${journal},${line}\r\n`).join(''));
  await reach('handed out, not marked');
  await claimExport(database, { period: null, actor: 'ledger', at: AT });
}

const ACTS: Readonly<Record<BooksAct, () => Promise<void>>> = {
  close,
  'close-in-parts': closeInParts,
  export: exportAll,
  'export-then-mark': exportThenMark,
};

process.send?.('ready');
// Whoever is to hear what it says listens by then.
await once(process, 'message');
await ACTS[act as BooksAct]();
await database.close();
process.send?.('done');
process.disconnect();
