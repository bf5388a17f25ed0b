// A key that comes again must bring what it brought before: finds the stored facts of known keys and refuses whatever
// differs, with the fields named.
import { Problem } from '../contracts/problems.ts';
import type { Transaction } from '../db/database.ts';
import { FACT_DIMENSION_COLUMNS } from './dimension-columns.ts';
import type { FactRow } from './fact-reads.ts';
import { type NewFact, noteOf } from './new-fact.ts';

/** Differing fields named in one refusal. */
const NAMED_LIMIT = 6;

type Comparable = string | null;
const textOf = (value: bigint | number | string | null | undefined): Comparable =>
  value === null || value === undefined ? null : String(value);

/** What makes a fact this fact, as texts that can be compared; who posted it and when do not. */
function contentOf(fact: NewFact, period: string): Record<string, Comparable> {
  return {
    amountMinor: textOf(fact.amountMinor),
    currency: fact.currency,
    element: fact.element,
    quantityMilli: textOf(fact.quantityMilli),
    unit: fact.unit,
    durationMs: textOf(fact.durationMs),
    occurredOn: fact.occurredOn,
    source: `${fact.source.type} ${fact.source.id}`,
    workOrderId: textOf(fact.workOrderId),
    pool: fact.pool,
    reversalOf: textOf(fact.reversalOf),
    note: noteOf(fact, period),
    ...Object.fromEntries(FACT_DIMENSION_COLUMNS.map((column) => [column, textOf(fact.dimensions[column])])),
  };
}

const contentOfRow = (row: FactRow): Record<string, Comparable> => ({
  amountMinor: textOf(row.amount_minor),
  currency: row.currency,
  element: row.element,
  quantityMilli: textOf(row.quantity_milli),
  unit: row.unit,
  durationMs: textOf(row.duration_ms),
  occurredOn: row.occurred_on,
  source: `${row.source_type} ${row.source_id}`,
  workOrderId: textOf(row.work_order_id),
  pool: row.pool,
  reversalOf: textOf(row.reversal_of),
  note: row.note,
  ...Object.fromEntries(FACT_DIMENSION_COLUMNS.map((column) => [column, row[column]])),
});

function differences(fact: NewFact, row: FactRow): string[] {
  const wanted = contentOf(fact, row.period);
  const stored = contentOfRow(row);
  return Object.keys(wanted)
    .filter((field) => wanted[field] !== stored[field])
    .map((field) => `${field} (${stored[field] ?? 'none'} there, ${wanted[field] ?? 'none'} here)`);
}

export async function refuseOtherContent(tx: Transaction, facts: readonly NewFact[]): Promise<void> {
  const { rows } = await tx.query<FactRow & { idempotency_key: string }>(
    'SELECT * FROM cost_fact WHERE idempotency_key = ANY ($1)',
    [facts.map((fact) => fact.idempotencyKey)],
  );
  const rowOf = new Map(rows.map((row) => [row.idempotency_key, row]));
  for (const fact of facts) {
    const row = rowOf.get(fact.idempotencyKey);
    if (!row) throw new Error(`cost fact ${fact.idempotencyKey} is neither new nor known`);
    const fields = differences(fact, row);
    if (fields.length === 0) continue;
    throw new Problem(
      'idempotency-mismatch',
      `Key ${fact.idempotencyKey} posted something else as fact ${row.id}: ${fields.slice(0, NAMED_LIMIT).join(', ')}. ` +
        `Use a key of its own, or reverse fact ${row.id} if that one was wrong`,
    );
  }
}
