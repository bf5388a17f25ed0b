// The journal over HTTP: entries, balances, the chart of accounts with its mapping, and batches for a general ledger.
import { Type, type Static } from 'typebox';
import { COST_ELEMENTS } from '../costs.ts';
import { Money } from '../money.ts';
import { Text } from '../text.ts';
import { Choice, Nullable, PageOf, PageQuery } from './page.ts';

/** What an account is for: direct and pool, where cost is debited; clearing: what it is credited to; allocated, unused: what a final run moves. */
export const ACCOUNT_ROLES = ['direct', 'pool', 'clearing', 'allocated', 'unused'] as const;
export const JOURNAL_KINDS = ['facts', 'run', 'reversal'] as const;
const Month = Type.String({ pattern: '^[1-9]\\d{3}-(0[1-9]|1[0-2])$' });
const AccountCode = Type.String({ pattern: '^[0-9A-Za-z.-]{1,20}$' });
const Element = Choice(COST_ELEMENTS);

export const Account = Type.Object({
  code: AccountCode,
  name: Text,
  kind: Choice(['asset', 'liability', 'expense'] as const),
});
export type Account = Static<typeof Account>;

export const NewAccountMapping = Type.Object({
  element: Element,
  role: Choice(ACCOUNT_ROLES),
  account: AccountCode,
  /** A month nothing was entered in yet. */
  effectiveFrom: Month,
});
export type NewAccountMapping = Static<typeof NewAccountMapping>;
export const AccountMapping = Type.Interface([NewAccountMapping], {
  id: Type.Integer(),
  author: Type.String(),
  createdAt: Type.String(),
  /** `null`: a draft, which counts for nothing. */
  approvedBy: Nullable(Type.String()),
  approvedAt: Nullable(Type.String()),
});
export type AccountMapping = Static<typeof AccountMapping>;

export const JournalQuery = Type.Interface([PageQuery], {
  period: Type.Optional(Month),
  account: Type.Optional(AccountCode),
  kind: Type.Optional(Choice(JOURNAL_KINDS)),
  /** All entries of one posting, or of one fact, run or batch. */
  journal: Type.Optional(Type.Integer({ minimum: 1 })),
  fact: Type.Optional(Type.Integer({ minimum: 1 })),
  run: Type.Optional(Type.Integer({ minimum: 1 })),
  batch: Type.Optional(Type.Integer({ minimum: 1 })),
});
export type JournalQuery = Static<typeof JournalQuery>;

export const JournalEntry = Type.Object({
  journal: Type.Integer(),
  line: Type.Integer(),
  kind: Choice(JOURNAL_KINDS),
  period: Type.String(),
  postedOn: Type.String(),
  account: Account,
  role: Choice(ACCOUNT_ROLES),
  element: Element,
  pool: Nullable(Type.String()),
  /** One of the two. */
  debit: Nullable(Money),
  credit: Nullable(Money),
  fact: Nullable(Type.Integer()),
  run: Nullable(Type.Integer()),
  /** The journal that this one takes back. */
  reverses: Nullable(Type.Integer()),
  /** The batch that handed it to the general ledger. */
  batch: Nullable(Type.Integer()),
  recordedAt: Type.String(),
});
export type JournalEntry = Static<typeof JournalEntry>;
export const JournalPage = PageOf(JournalEntry);

export const AccountBalance = Type.Object({
  account: Account,
  entries: Type.Integer(),
  debit: Money,
  credit: Money,
  /** Debits less credits. */
  balance: Money,
});
export type AccountBalance = Static<typeof AccountBalance>;

export const ExportRequest = Type.Object({ period: Type.Optional(Month) }, { additionalProperties: false });
export type ExportRequest = Static<typeof ExportRequest>;
export const JournalExport = Type.Object({
  id: Type.Integer(),
  claimedBy: Type.String(),
  claimedAt: Type.String(),
  period: Nullable(Type.String()),
  journals: Type.Integer(),
  entries: Type.Integer(),
});
export type JournalExport = Static<typeof JournalExport>;
export const ExportList = Type.Interface([PageOf(JournalExport)], {
  /** Journals that no batch has taken yet. */
  waiting: Type.Integer(),
});
export type ExportList = Static<typeof ExportList>;
export const EXPORT_FORMATS = ['csv', 'json'] as const;
export const ExportFileQuery = Type.Object({
  batch: Type.Integer({ minimum: 1 }),
  format: Type.Optional(Choice(EXPORT_FORMATS)),
});
export type ExportFileQuery = Static<typeof ExportFileQuery>;
