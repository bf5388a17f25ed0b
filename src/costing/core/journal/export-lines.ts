// Entries as a general ledger reads them, CSV (RFC 4180) or JSON: the same entries give the same bytes. Pure.
import { type Money, moneyOf } from '../../../contracts/money.ts';

export interface ExportRow {
  batch: number;
  journal: string;
  line: number;
  kind: string;
  period: string;
  postedOn: string;
  account: string;
  element: string;
  pool: string | null;
  amountMinor: bigint;
  currency: string;
  fact: string | null;
  occurredOn: string | null;
  source: string | null;
  workOrder: string | null;
  run: string | null;
  reverses: string | null;
}

/** Debits are positive inside; outside each side has its own column of positive amounts. */
export const sidesOf = (amountMinor: bigint, currency: string): { debit: Money | null; credit: Money | null } => ({
  debit: amountMinor > 0n ? moneyOf(amountMinor, currency) : null,
  credit: amountMinor < 0n ? moneyOf(-amountMinor, currency) : null,
});

const idOf = (id: string | null): number | null => (id === null ? null : Number(id));

const COLUMNS = {
  batch: (row) => row.batch,
  journal: (row) => idOf(row.journal),
  line: (row) => row.line,
  kind: (row) => row.kind,
  period: (row) => row.period,
  posted_on: (row) => row.postedOn,
  account: (row) => row.account,
  debit: (row) => sidesOf(row.amountMinor, row.currency).debit?.amount ?? null,
  credit: (row) => sidesOf(row.amountMinor, row.currency).credit?.amount ?? null,
  currency: (row) => row.currency,
  element: (row) => row.element,
  pool: (row) => row.pool,
  fact: (row) => idOf(row.fact),
  occurred_on: (row) => row.occurredOn,
  source: (row) => row.source,
  work_order: (row) => idOf(row.workOrder),
  run: (row) => idOf(row.run),
  reverses: (row) => idOf(row.reverses),
} as const satisfies Record<string, (row: ExportRow) => string | number | null>;

const COLUMN_NAMES = Object.keys(COLUMNS) as (keyof typeof COLUMNS)[];

/** A field that a spreadsheet would take for a formula is told as text. */
function csvField(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  const safe = /^[=+@\t\r-]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const objectOf = (row: ExportRow): Record<string, string | number | null> =>
  Object.fromEntries(COLUMN_NAMES.map((name) => [name, COLUMNS[name](row)]));

export interface ExportFormat {
  contentType: string;
  head: string;
  line: (row: ExportRow, index: number) => string;
  tail: string;
}

export const EXPORT_FORMAT: Readonly<Record<'csv' | 'json', ExportFormat>> = {
  csv: {
    contentType: 'text/csv; charset=utf-8',
    head: `${COLUMN_NAMES.join(',')}\r\n`,
    line: (row) => `${COLUMN_NAMES.map((name) => csvField(COLUMNS[name](row))).join(',')}\r\n`,
    tail: '',
  },
  json: {
    contentType: 'application/json; charset=utf-8',
    head: '[',
    line: (row, index) => `${index === 0 ? '\n' : ',\n'}${JSON.stringify(objectOf(row))}`,
    tail: '\n]\n',
  },
};
