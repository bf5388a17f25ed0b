// Postings by hand: a shared cost into a pool, and the reversal of any fact. Both idempotent, both facts like others.
import type { CostFact, NewPoolPosting } from '../contracts/http/costs.ts';
import { minorOf } from '../contracts/money.ts';
import { Problem } from '../contracts/problems.ts';
import type { Database, Transaction } from '../db/database.ts';
import { FACT_DIMENSION_COLUMNS } from './dimension-columns.ts';
import { type FactRow, readFactRow, toFact } from './fact-reads.ts';
import { postFacts } from './facts.ts';
import type { NewFact } from './new-fact.ts';

const startOf = (day: string): string => `${day}T00:00:00.000Z`;

/** The same key again answers with the fact it made the first time. */
export async function postShared(
  database: Database,
  posting: NewPoolPosting,
  actor: string,
  idempotencyKey: string,
): Promise<CostFact> {
  const amountMinor = minorOf(posting.amount);
  if (amountMinor === null) {
    const { amount, currency } = posting.amount;
    throw new Problem('validation-failed', `${amount} has more decimals than ${currency} has`);
  }
  const fact: NewFact = {
    amountMinor,
    currency: posting.amount.currency,
    element: posting.element,
    quantityMilli: 1000n,
    unit: '1',
    occurredOn: posting.occurredOn,
    source: { type: 'manual', id: idempotencyKey },
    idempotencyKey: `manual:${idempotencyKey}`,
    dimensions: {},
    workOrderId: null,
    pool: posting.pool,
    reversalOf: null,
    actor,
    note: posting.note,
  };
  return database.transaction(async (tx) => {
    const { rows } = await tx.query('SELECT 1 FROM cost_pool WHERE code = $1', [posting.pool]);
    if (!rows[0]) throw new Problem('refused', `There is no cost pool ${posting.pool}; create it first`);
    const [posted] = await postFacts(tx, startOf(posting.occurredOn), [fact]);
    return posted ? factOf(tx, posted.id) : factOfKey(tx, fact.idempotencyKey);
  });
}

async function factOf(tx: Transaction, id: number): Promise<CostFact> {
  const row = await readFactRow(tx, 'id = $1', id);
  if (!row) throw new Error(`cost fact ${id} was posted and is not there`);
  return toFact(row);
}

async function factOfKey(tx: Transaction, idempotencyKey: string): Promise<CostFact> {
  const row = await readFactRow(tx, 'idempotency_key = $1', idempotencyKey);
  if (!row) throw new Error(`cost fact ${idempotencyKey} is known and is not there`);
  return toFact(row);
}

const reversalKey = (factId: number | bigint): string => `reversal:${factId}`;

function reversalOf(row: FactRow, actor: string, note: string): NewFact {
  return {
    amountMinor: -row.amount_minor,
    currency: row.currency,
    element: row.element,
    quantityMilli: -row.quantity_milli,
    unit: row.unit,
    occurredOn: row.occurred_on,
    source: { type: row.source_type, id: row.source_id },
    idempotencyKey: reversalKey(row.id),
    dimensions: Object.fromEntries(FACT_DIMENSION_COLUMNS.map((column) => [column, row[column]])),
    workOrderId: row.work_order_id === null ? null : Number(row.work_order_id),
    pool: row.pool,
    reversalOf: Number(row.id),
    actor,
    note,
  };
}

/** Takes a fact back, whole; once. It posts to the fact's own period, or as an adjustment when that is closed. */
export async function reverseFact(database: Database, factId: number, note: string, actor: string): Promise<CostFact> {
  return database.transaction(async (tx) => {
    const row = await readFactRow(tx, 'id = $1', factId);
    if (!row) throw new Problem('not-found', `There is no cost fact ${factId}`);
    if (row.reversal_of !== null) {
      throw new Problem('refused', `Fact ${factId} is itself a reversal; post the right amount as a new fact`);
    }
    const already = await readFactRow(tx, 'idempotency_key = $1', reversalKey(factId));
    if (already) throw new Problem('refused', `Fact ${factId} has been reversed already, by fact ${already.id}`);
    const [posted] = await postFacts(tx, startOf(row.occurred_on), [reversalOf(row, actor, note)]);
    if (!posted) throw new Problem('refused', `Fact ${factId} has been reversed already`);
    return factOf(tx, posted.id);
  });
}
