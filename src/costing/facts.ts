// The one place that writes cost facts: append-only, one per idempotency key, into an open period, a batch at a time,
// with the event that tells of it.
import type { Period } from '../contracts/time.ts';
import type { Transaction } from '../db/database.ts';
import { appendEvent } from '../db/event-log.ts';
import { FACT_DIMENSION_COLUMNS } from './dimension-columns.ts';
import { refuseOtherContent } from './fact-conflicts.ts';
import { type DatedFact, type NewFact, noteOf } from './new-fact.ts';
import { postingPeriod } from './posting-periods.ts';

export interface PostedFact {
  id: number;
  period: Period;
}

const DIMENSIONS = Object.fromEntries(
  FACT_DIMENSION_COLUMNS.map((column) => [column, ['text', ({ fact }) => fact.dimensions[column] ?? null] as const]),
) as Record<string, readonly [type: string, value: (dated: DatedFact) => unknown]>;

/** Every column of a fact that is its own: type and value, in the order they are written. */
const COLUMNS: Readonly<Record<string, readonly [type: string, value: (dated: DatedFact) => unknown]>> = {
  amount_minor: ['bigint', ({ fact }) => fact.amountMinor],
  currency: ['text', ({ fact }) => fact.currency],
  element: ['text', ({ fact }) => fact.element],
  quantity_milli: ['bigint', ({ fact }) => fact.quantityMilli],
  unit: ['text', ({ fact }) => fact.unit],
  duration_ms: ['bigint', ({ fact }) => fact.durationMs ?? null],
  occurred_on: ['date', ({ fact }) => fact.occurredOn],
  period: ['text', ({ period }) => period],
  source_type: ['text', ({ fact }) => fact.source.type],
  source_id: ['text', ({ fact }) => fact.source.id],
  idempotency_key: ['text', ({ fact }) => fact.idempotencyKey],
  work_order_id: ['bigint', ({ fact }) => fact.workOrderId],
  pool: ['text', ({ fact }) => fact.pool],
  reversal_of: ['bigint', ({ fact }) => fact.reversalOf],
  actor: ['text', ({ fact }) => fact.actor],
  note: ['text', ({ fact, period }) => noteOf(fact, period)],
  ...DIMENSIONS,
};

const INSERT = `INSERT INTO cost_fact (${Object.keys(COLUMNS).join(', ')})
  SELECT * FROM unnest(${Object.values(COLUMNS)
    .map(([type], index) => `$${index + 1}::${type}[]`)
    .join(', ')})
  ON CONFLICT (idempotency_key) DO NOTHING RETURNING id, idempotency_key`;

/** Periods are locked in their order, so that two postings never wait for each other. */
async function dateFacts(tx: Transaction, facts: readonly NewFact[]): Promise<DatedFact[]> {
  const periods = new Map<string, Period>();
  for (const month of [...new Set(facts.map(({ occurredOn }) => occurredOn.slice(0, 7)))].sort()) {
    periods.set(month, await postingPeriod(tx, `${month}-01`));
  }
  return facts.map((fact) => ({ fact, period: periods.get(fact.occurredOn.slice(0, 7)) as Period }));
}

interface Posted extends DatedFact {
  id: number;
}

/** The facts that are new, with their ids; of those whose key was there before the content must be the same. */
async function insertFacts(tx: Transaction, dated: readonly DatedFact[]): Promise<Posted[]> {
  const columns = Object.values(COLUMNS).map(([, value]) => dated.map(value));
  const { rows } = await tx.prepared<{ id: bigint; idempotency_key: string }>('cost-facts-insert', INSERT, columns);
  const ids = new Map(rows.map((row) => [row.idempotency_key, Number(row.id)]));
  const posted: Posted[] = [];
  const known: NewFact[] = [];
  for (const each of dated) {
    const id = ids.get(each.fact.idempotencyKey);
    // Of two with one key in a batch the first was written.
    ids.delete(each.fact.idempotencyKey);
    if (id === undefined) known.push(each.fact);
    else posted.push({ ...each, id });
  }
  if (known.length > 0) await refuseOtherContent(tx, known);
  return posted;
}

/**
 * Posts facts in one statement and gives back the new ones. What was posted before under its key is left as it is when
 * it is the same, and refused with the fields that differ when it is not. Tells of the new ones, an event for each
 * period and currency.
 */
export async function postFacts(tx: Transaction, at: string, facts: readonly NewFact[]): Promise<PostedFact[]> {
  if (facts.length === 0) return [];
  const posted = await insertFacts(tx, await dateFacts(tx, facts));
  const groups = new Map<string, Posted[]>();
  for (const each of posted) {
    const key = `${each.period} ${each.fact.currency}`;
    const group = groups.get(key);
    if (group) group.push(each);
    else groups.set(key, [each]);
  }
  for (const group of groups.values()) announce(tx, at, group);
  return posted.map(({ id, period }) => ({ id, period }));
}

function announce(tx: Transaction, at: string, group: readonly Posted[]): void {
  const [first] = group;
  if (!first) return;
  appendEvent(tx, {
    type: 'cost.posted',
    at,
    payload: {
      factIds: group.map(({ id }) => id),
      period: first.period,
      device: sameOf(group.map(({ fact }) => fact.dimensions.device ?? null)),
      workOrderId: sameOf(group.map(({ fact }) => fact.workOrderId)),
      amountMinor: group.reduce((sum, { fact }) => sum + fact.amountMinor, 0n).toString(),
      currency: first.fact.currency,
    },
  });
}

/** The value that all share, or nothing. */
const sameOf = <T>(values: readonly T[]): T | null =>
  values.every((value) => value === values[0]) ? (values[0] ?? null) : null;
