// Postings by hand, each by two people: a shared cost into a pool, and the reversal of any fact. A posting becomes its fact when it
// is approved, in the period that is open then.
import type { ManualPosting, NewPoolPosting, PostingQuery } from '../contracts/http/manual-postings.ts';
import { keyOf, limitOf, pageOf } from '../contracts/http/cursor.ts';
import type { Page } from '../contracts/http/page.ts';
import { minorOf, moneyOf } from '../contracts/money.ts';
import { Problem } from '../contracts/problems.ts';
import type { Period } from '../contracts/time.ts';
import { wrongCostDay } from '../contracts/cost-dates.ts';
import type { CostElement } from '../contracts/costs.ts';
import type { Queryable, Transaction } from '../db/database.ts';
import { sqlStateOf } from '../db/errors.ts';
import { FACT_DIMENSION_COLUMNS } from './dimension-columns.ts';
import { type FactRow, readFactRow } from './fact-reads.ts';
import { postFacts } from './facts.ts';
import type { NewFact } from './new-fact.ts';
import { type ProposalKind, type ProposedRow, toProposed } from './proposals.ts';

const UNIQUE_VIOLATION = '23505';

const startOf = (day: string): string => `${day}T00:00:00.000Z`;

export type NewPosting =
  | { kind: 'shared'; posting: NewPoolPosting; idempotencyKey: string }
  | { kind: 'reversal'; fact: number; note: string };

interface PostingRow extends ProposedRow {
  reverses: bigint | null;
  pool: string | null;
  element: CostElement;
  amount_minor: bigint;
  currency: string;
  occurred_on: string;
  note: string;
  fact: bigint | null;
}

/** What a reversal takes back it says by its fact. */
const POSTINGS = `
  SELECT p.id, p.reverses, coalesce(p.pool, o.pool) AS pool, coalesce(p.element, o.element) AS element,
         coalesce(p.amount_minor, -o.amount_minor) AS amount_minor, coalesce(p.currency, o.currency) AS currency,
         coalesce(p.occurred_on, o.occurred_on) AS occurred_on, p.note, p.author, p.created_at, p.decision, p.decided_by,
         p.decided_at, f.id AS fact
  FROM manual_posting p LEFT JOIN cost_fact o ON o.id = p.reverses
  LEFT JOIN cost_fact f ON p.decision = 'approved'
    AND f.idempotency_key = CASE WHEN p.reverses IS NULL THEN 'manual:' || p.id ELSE 'reversal:' || p.reverses END`;

const numberOf = (value: bigint | null): number | null => (value === null ? null : Number(value));

const toPosting = (row: PostingRow): ManualPosting => ({
  pool: row.pool,
  element: row.element,
  amount: moneyOf(row.amount_minor, row.currency),
  occurredOn: row.occurred_on,
  note: row.note,
  reverses: numberOf(row.reverses),
  fact: numberOf(row.fact),
  ...toProposed(row),
});

/** Newest first. */
export async function listPostings(db: Queryable, query: PostingQuery): Promise<Page<ManualPosting>> {
  const limit = limitOf(query);
  const { rows } = await db.query<PostingRow>(
    `${POSTINGS} WHERE p.id < $1::bigint ${query.waiting ? 'AND p.decision IS NULL' : ''} ORDER BY p.id DESC LIMIT $2`,
    [keyOf(query, 'integer')?.[0] ?? Number.MAX_SAFE_INTEGER, limit + 1],
  );
  return pageOf(rows, limit, (row) => [String(row.id)], toPosting);
}

async function readPosting(db: Queryable, id: number): Promise<ManualPosting | null> {
  return (await db.query<PostingRow>(`${POSTINGS} WHERE p.id = $1`, [id])).rows.map(toPosting)[0] ?? null;
}

interface Draft {
  author: string;
  at: string;
}

/** The same key again is the posting it made the first time; with another content it is refused. */
async function insertShared(
  tx: Transaction,
  posting: NewPoolPosting,
  idempotencyKey: string,
  { author, at }: Draft,
): Promise<number> {
  const { pool, element, amount, occurredOn, note } = posting;
  const amountMinor = minorOf(amount);
  if (amountMinor === null) {
    throw new Problem('validation-failed', `${amount.amount} has more decimals than ${amount.currency} has`);
  }
  const wrongDay = wrongCostDay(occurredOn, Date.parse(at));
  if (wrongDay !== null) throw new Problem('refused', wrongDay);
  if (amountMinor === 0n) throw new Problem('refused', 'An amount of nothing posts nothing; post what it cost');
  const pools = await tx.query('SELECT FROM cost_pool WHERE code = $1', [pool]);
  if (pools.rows.length === 0) throw new Problem('refused', `There is no cost pool ${pool}; create it first`);
  const content = [pool, element, amountMinor, amount.currency, occurredOn, note];
  const { rows } = await tx.query<{ id: number }>(
    `INSERT INTO manual_posting (pool, element, amount_minor, currency, occurred_on, note, idempotency_key, author, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (idempotency_key) DO NOTHING RETURNING id`,
    [...content, idempotencyKey, author, at],
  );
  return rows[0]?.id ?? knownPosting(tx, idempotencyKey, content);
}

async function knownPosting(tx: Transaction, idempotencyKey: string, content: readonly unknown[]): Promise<number> {
  const { rows } = await tx.query<{ id: number; is_same: boolean }>(
    `SELECT id, (pool, element, amount_minor, currency, occurred_on, note) = ($2, $3, $4::bigint, $5, $6::date, $7) AS is_same
     FROM manual_posting WHERE idempotency_key = $1`,
    [idempotencyKey, ...content],
  );
  const [row] = rows;
  if (!row) throw new Error(`manual posting ${idempotencyKey} is neither new nor known`);
  if (!row.is_same)
    throw new Problem(
      'idempotency-mismatch',
      `This key posted something else as posting ${row.id}; use a key of its own, or withdraw or reverse that one`,
    );
  return row.id;
}

const reversalKey = (factId: number | bigint): string => `reversal:${factId}`;

function reversalOf(row: FactRow, actor: string, note: string): NewFact {
  return {
    amountMinor: -row.amount_minor,
    currency: row.currency,
    element: row.element,
    quantityMilli: -row.quantity_milli,
    unit: row.unit,
    durationMs: row.duration_ms === null ? null : -Number(row.duration_ms),
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

/** A fact that may be taken back: no reversal itself, and none of it there. */
async function reversibleFact(tx: Transaction, id: number): Promise<FactRow> {
  const row = await readFactRow(tx, 'id = $1', id);
  if (!row) throw new Problem('not-found', `There is no cost fact ${id}`);
  if (row.reversal_of !== null) {
    throw new Problem('refused', `Fact ${id} is itself a reversal; post the right amount as a new fact`);
  }
  const already = await readFactRow(tx, 'idempotency_key = $1', reversalKey(id));
  if (already) throw new Problem('refused', `Fact ${id} has been reversed already, by fact ${already.id}`);
  return row;
}

async function insertReversal(tx: Transaction, fact: number, note: string, { author, at }: Draft): Promise<number> {
  await reversibleFact(tx, fact);
  try {
    const { rows } = await tx.query<{ id: number }>(
      'INSERT INTO manual_posting (reverses, note, author, created_at) VALUES ($1, $2, $3, $4) RETURNING id',
      [fact, note, author, at],
    );
    return rows[0]?.id ?? 0;
  } catch (error) {
    if (sqlStateOf(error) !== UNIQUE_VIOLATION) throw error;
    throw new Problem('refused', `A reversal of fact ${fact} waits for a second person already`);
  }
}

function factOfShared({ id, element, amount, occurredOn, pool, note, author }: ManualPosting): NewFact {
  return {
    amountMinor: minorOf(amount) ?? 0n,
    currency: amount.currency,
    element,
    quantityMilli: 1000n,
    unit: '1',
    occurredOn,
    source: { type: 'manual', id: String(id) },
    idempotencyKey: `manual:${id}`,
    dimensions: {},
    workOrderId: null,
    pool,
    reversalOf: null,
    actor: author,
    note,
  };
}

/** Shared cost is shared out in whole minor units of a double: a month that holds more could not be. */
async function refuseUnshareable(tx: Transaction, period: Period, { element, currency }: NewFact): Promise<void> {
  const { rows } = await tx.query<{ is_too_much: boolean }>(
    `SELECT sum(abs(amount_minor)) > $4 AS is_too_much FROM pool_total WHERE period = $1 AND element = $2 AND currency = $3`,
    [period, element, currency, Number.MAX_SAFE_INTEGER],
  );
  if (!rows[0]?.is_too_much) return;
  const most = moneyOf(BigInt(Number.MAX_SAFE_INTEGER), currency);
  throw new Problem(
    'refused',
    `The pools of ${period} would hold more than ${most.amount} ${currency} of ${element}, which cannot be shared out exactly; post less, or to another month`,
  );
}

/** It posts to the period it occurred in, or as an adjustment when that is closed; a reversal to that of its fact. */
export const MANUAL_POSTINGS: ProposalKind<NewPosting, ManualPosting> = {
  table: 'manual_posting',
  name: 'posting',
  read: readPosting,
  insert: (tx, entry, author, at) =>
    entry.kind === 'shared'
      ? insertShared(tx, entry.posting, entry.idempotencyKey, { author, at })
      : insertReversal(tx, entry.fact, entry.note, { author, at }),
  async onApproved(tx, posting) {
    const { reverses, author, note, occurredOn } = posting;
    const fact =
      reverses === null ? factOfShared(posting) : reversalOf(await reversibleFact(tx, reverses), author, note);
    const [posted] = await postFacts(tx, startOf(occurredOn), [fact]);
    if (posted && fact.pool !== null) await refuseUnshareable(tx, posted.period, fact);
  },
};
