// The journal as the rest of the house sees it: entries, balances, the chart of accounts, and batches for a general ledger.
import { Counter, type Registry as MetricsRegistry } from 'prom-client';
import type {
  Account,
  AccountBalance,
  AccountMapping,
  ExportList,
  ExportRequest,
  JournalEntry,
  JournalExport,
  JournalQuery,
  NewAccountMapping,
} from '../contracts/http/journal.ts';
import type { Page, PageQuery } from '../contracts/http/page.ts';
import { type Clock, isoOf, type Period } from '../contracts/time.ts';
import type { Database } from '../db/database.ts';
import { addAccount, approveMapping, draftMapping, listAccountMappings, listAccounts } from './chart-of-accounts.ts';
import { claimExport, exportFile, listExports } from './journal-export.ts';
import { listEntries, readBalances } from './journal-reads.ts';

export interface Journal {
  entries(query: JournalQuery): Promise<Page<JournalEntry>>;
  /** Of one month, or of all. */
  balances(period: Period | null): Promise<AccountBalance[]>;
  accounts(): Promise<Account[]>;
  addAccount(account: Account): Promise<Account>;
  mappings(): Promise<AccountMapping[]>;
  draftMapping(mapping: NewAccountMapping, actor: string): Promise<AccountMapping>;
  approveMapping(id: number, actor: string): Promise<AccountMapping>;
  exports(query: PageQuery): Promise<ExportList>;
  /** Takes what no batch has. */
  claim(request: ExportRequest, actor: string): Promise<JournalExport>;
  /** The same bytes every time. */
  file(batch: number, format: 'csv' | 'json'): ReturnType<typeof exportFile>;
}

export interface JournalDeskOptions {
  database: Database;
  clock: Clock;
  metrics?: MetricsRegistry;
}

/** Counts batches that were full: more waited than one takes. */
function fullCounter(registry: MetricsRegistry): () => void {
  const counter = new Counter({
    name: 'stethos_costing_journal_export_full_total',
    help: 'Batches of the journal that were full while more entries waited',
    registers: [registry],
  });
  return () => counter.inc();
}

export function createJournalDesk({ database, clock, metrics }: JournalDeskOptions): Journal {
  const now = (): string => isoOf(clock.now());
  const onFull = metrics ? fullCounter(metrics) : undefined;
  return {
    entries: (query) => listEntries(database, query),
    balances: (period) => readBalances(database, period),
    accounts: () => listAccounts(database),
    addAccount: (account) => addAccount(database, account),
    mappings: () => listAccountMappings(database),
    draftMapping: (mapping, actor) => draftMapping(database, mapping, actor, now()),
    approveMapping: (id, actor) => approveMapping(database, id, actor, now()),
    exports: (query) => listExports(database, query),
    claim: ({ period = null }, actor) =>
      claimExport(database, { period, actor, at: now(), ...(onFull ? { onFull } : {}) }),
    file: (batch, format) => exportFile(database, batch, format),
  };
}
