// The one place that writes cost facts: append-only, one per idempotency key, into an open period, with the event
// that tells of it.
import type { CostElement } from '../contracts/costs.ts';
import type { Transaction } from '../db/database.ts';
import { appendEvent } from '../db/event-log.ts';
import { type DimensionValues, FACT_DIMENSION_COLUMNS } from './dimension-columns.ts';
import { postingPeriod } from './posting-periods.ts';

export interface NewFact {
  amountMinor: bigint;
  currency: string;
  element: CostElement;
  quantityMilli: bigint;
  unit: string;
  /** `YYYY-MM-DD`. */
  occurredOn: string;
  source: { type: string; id: string };
  /** The same thing posted twice is one fact. */
  idempotencyKey: string;
  dimensions: DimensionValues;
  workOrderId: number | null;
  pool: string | null;
  reversalOf: number | null;
  actor: string;
  note: string | null;
}

export interface PostedFact {
  id: number;
  period: string;
}

/** The columns of a fact of its own, in the order they are written. */
const columnsOf = (fact: NewFact, period: string, note: string | null): Record<string, unknown> => ({
  amount_minor: fact.amountMinor,
  currency: fact.currency,
  element: fact.element,
  quantity_milli: fact.quantityMilli,
  unit: fact.unit,
  occurred_on: fact.occurredOn,
  period,
  source_type: fact.source.type,
  source_id: fact.source.id,
  idempotency_key: fact.idempotencyKey,
  work_order_id: fact.workOrderId,
  pool: fact.pool,
  reversal_of: fact.reversalOf,
  actor: fact.actor,
  note,
  ...Object.fromEntries(FACT_DIMENSION_COLUMNS.map((column) => [column, fact.dimensions[column] ?? null])),
});

function noteOf(fact: NewFact, period: string): string | null {
  const occurredIn = fact.occurredOn.slice(0, 7);
  if (period === occurredIn) return fact.note;
  return [`adjustment of ${occurredIn}`, fact.note].filter(Boolean).join(': ');
}

/** `null` when its key was posted before. */
async function insertFact(tx: Transaction, fact: NewFact): Promise<PostedFact | null> {
  const period = await postingPeriod(tx, fact.occurredOn);
  const columns = columnsOf(fact, period, noteOf(fact, period));
  const names = Object.keys(columns);
  const { rows } = await tx.prepared<{ id: bigint }>(
    'cost-fact-insert',
    `INSERT INTO cost_fact (${names.join(', ')}) VALUES (${names.map((_, index) => `$${index + 1}`).join(', ')})
     ON CONFLICT (idempotency_key) DO NOTHING RETURNING id`,
    Object.values(columns),
  );
  return rows[0] ? { id: Number(rows[0].id), period } : null;
}

interface Posted extends PostedFact {
  fact: NewFact;
}

/** Posts facts of one source; what was posted before is left as it is. Tells of the new ones, one event a currency. */
export async function postFacts(tx: Transaction, at: string, facts: readonly NewFact[]): Promise<PostedFact[]> {
  const posted: Posted[] = [];
  for (const fact of facts) {
    const row = await insertFact(tx, fact);
    if (row) posted.push({ fact, ...row });
  }
  for (const key of new Set(posted.map(({ fact, period }) => `${period} ${fact.currency}`))) {
    const group = posted.filter(({ fact, period }) => `${period} ${fact.currency}` === key);
    const [first] = group;
    if (first) announce(tx, at, first, group);
  }
  return posted.map(({ id, period }) => ({ id, period }));
}

function announce(tx: Transaction, at: string, first: Posted, group: readonly Posted[]): void {
  appendEvent(tx, {
    type: 'cost.posted',
    at,
    payload: {
      factIds: group.map(({ id }) => id),
      period: first.period,
      device: first.fact.dimensions.device ?? null,
      workOrderId: first.fact.workOrderId,
      amountMinor: group.reduce((sum, { fact }) => sum + fact.amountMinor, 0n).toString(),
      currency: first.fact.currency,
    },
  });
}
