// Effective-dated rates for labour hours, travel hours and kilometres. A rate of an engineer's own goes before the one
// for everyone; for hours the hourly rate on the engineer's master record is the last resort.
import type { NewRate, Rate } from '../contracts/http/rates.ts';
import { minorOf, moneyOf } from '../contracts/money.ts';
import { Problem } from '../contracts/problems.ts';
import type { Queryable, Transaction } from '../db/database.ts';
import { sqlStateOf } from '../db/errors.ts';
import { appendEvent } from '../db/event-log.ts';
import type { RateFrom } from './core/labour-parts.ts';
import { type ProposalKind, type ProposedRow, toProposed } from './proposals.ts';

interface RateRow {
  amount_minor: bigint;
  currency: string;
}

const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';

const APPLYING = `kind = $1 AND (engineer_code = $2 OR engineer_code IS NULL) AND decision = 'approved'`;

/** The rate in force at `from`, and every one that takes its place before `to`; throws, naming what to add, where there is none. */
export async function ratesBetween(
  db: Queryable,
  kind: Rate['kind'],
  engineer: string,
  { from, to }: { from: string; to: string },
): Promise<[RateFrom, ...RateFrom[]]> {
  const { rows } = await db.prepared<RateRow & { at: Date }>(
    'rates-between',
    `SELECT at, r.amount_minor, r.currency FROM (
       SELECT $3::timestamptz AS at UNION
       SELECT effective_from FROM rate WHERE ${APPLYING} AND effective_from > $3 AND effective_from < $4) change
     CROSS JOIN LATERAL (
       SELECT amount_minor, currency, CASE WHEN engineer_code IS NULL THEN 2 ELSE 1 END AS rank, effective_from
       FROM rate WHERE ${APPLYING} AND effective_from <= at
       UNION ALL
       SELECT hourly_rate_minor, currency, 3, NULL FROM engineer WHERE code = $2 AND $1 <> 'travel-km'
       ORDER BY rank, effective_from DESC LIMIT 1
     ) r ORDER BY at`,
    [kind, engineer, from, to],
  );
  const [first, ...later] = rows.map((row) => ({
    fromMs: row.at.getTime(),
    amountMinor: row.amount_minor,
    currency: row.currency,
  }));
  if (first?.fromMs !== Date.parse(from))
    throw new Error(
      `no ${kind} rate for engineer ${engineer} at ${from}: add one that is effective by then, and have it approved`,
    );
  return [first, ...later];
}

export async function rateAt(db: Queryable, kind: Rate['kind'], engineer: string, at: string): Promise<RateFrom> {
  return (await ratesBetween(db, kind, engineer, { from: at, to: at }))[0];
}

/** Puts in a proposal; who costs work does not see it before a second person approved. */
async function insertRate(tx: Transaction, rate: NewRate, author: string, at: string): Promise<number> {
  const amountMinor = minorOf(rate.amount);
  if (amountMinor === null || amountMinor < 0n) {
    throw new Problem(
      'validation-failed',
      `${rate.amount.amount} ${rate.amount.currency} is not an amount of its currency`,
    );
  }
  try {
    const { rows } = await tx.query<{ id: number }>(
      `INSERT INTO rate (kind, engineer_code, amount_minor, currency, effective_from, author, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id`,
      [rate.kind, rate.engineer, amountMinor, rate.amount.currency, rate.effectiveFrom, author, at],
    );
    return rows[0]?.id ?? 0;
  } catch (error) {
    if (sqlStateOf(error) === UNIQUE_VIOLATION) {
      throw new Problem('already-exists', 'There is a rate with this kind, engineer and effective date already');
    }
    if (sqlStateOf(error) === FOREIGN_KEY_VIOLATION) {
      throw new Problem('refused', `There is no engineer ${rate.engineer}`);
    }
    throw error;
  }
}

type ListedRow = RateRow & ProposedRow & { kind: Rate['kind']; engineer_code: string | null; effective_from: Date };
const toRate = (row: ListedRow): Rate => ({
  kind: row.kind,
  engineer: row.engineer_code,
  amount: moneyOf(row.amount_minor, row.currency),
  effectiveFrom: row.effective_from.toISOString(),
  ...toProposed(row),
});

export async function listRates(db: Queryable): Promise<Rate[]> {
  const { rows } = await db.query<ListedRow>(
    'SELECT * FROM rate ORDER BY kind, engineer_code NULLS FIRST, effective_from DESC, id DESC',
  );
  return rows.map(toRate);
}

/** What was costed before a rate keeps its cost; what could not be costed for want of it is, once it is approved. */
export const RATES: ProposalKind<NewRate, Rate> = {
  table: 'rate',
  name: 'rate',
  async read(db, id) {
    const { rows } = await db.query<ListedRow>('SELECT * FROM rate WHERE id = $1', [id]);
    return rows.map(toRate)[0] ?? null;
  },
  insert: insertRate,
  async onApproved(tx, { kind }, at) {
    appendEvent(tx, { type: 'registry.changed', at, payload: { resource: 'rate', code: kind } });
  },
};
