// Effective-dated rates for labour hours, travel hours and kilometres. A rate of an engineer's own goes before the one
// for everyone; for hours the hourly rate on the engineer's master record is the last resort.
import type { Rate } from '../contracts/http/costs.ts';
import { minorOf, moneyOf } from '../contracts/money.ts';
import { Problem } from '../contracts/problems.ts';
import type { Database, Queryable } from '../db/database.ts';
import { sqlStateOf } from '../db/errors.ts';
import { appendEvent } from '../db/event-log.ts';

export interface RateAmount {
  amountMinor: bigint;
  currency: string;
}

interface RateRow {
  amount_minor: bigint;
  currency: string;
}

const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';

/** The rate in force at `at`; throws, naming what to add, when there is none. */
export async function rateAt(db: Queryable, kind: Rate['kind'], engineer: string, at: string): Promise<RateAmount> {
  const { rows } = await db.prepared<RateRow>(
    'rate-at',
    `SELECT amount_minor, currency FROM (
       SELECT amount_minor, currency, CASE WHEN engineer_code IS NULL THEN 2 ELSE 1 END AS rank, effective_from
       FROM rate WHERE kind = $1 AND (engineer_code = $2 OR engineer_code IS NULL) AND effective_from <= $3
       UNION ALL
       SELECT hourly_rate_minor, currency, 3, NULL FROM engineer WHERE code = $2 AND $1 <> 'travel-km'
     ) r ORDER BY rank, effective_from DESC LIMIT 1`,
    [kind, engineer, at],
  );
  const row = rows[0];
  if (!row) throw new Error(`no ${kind} rate for engineer ${engineer} at ${at}: add one that is effective by then`);
  return { amountMinor: row.amount_minor, currency: row.currency };
}

/** Adds a rate; what was costed before it keeps its cost, what could not be costed for want of it now is. */
export async function addRate(database: Database, rate: Rate, at: string): Promise<Rate> {
  const amountMinor = minorOf(rate.amount);
  if (amountMinor === null || amountMinor < 0n) {
    throw new Problem(
      'validation-failed',
      `${rate.amount.amount} ${rate.amount.currency} is not an amount of its currency`,
    );
  }
  try {
    await database.transaction(async (tx) => {
      await tx.query(
        'INSERT INTO rate (kind, engineer_code, amount_minor, currency, effective_from) VALUES ($1, $2, $3, $4, $5)',
        [rate.kind, rate.engineer, amountMinor, rate.amount.currency, rate.effectiveFrom],
      );
      appendEvent(tx, { type: 'registry.changed', at, payload: { resource: 'rate', code: rate.kind } });
    });
  } catch (error) {
    if (sqlStateOf(error) === UNIQUE_VIOLATION) {
      throw new Problem('already-exists', 'There is a rate with this kind, engineer and effective date already');
    }
    if (sqlStateOf(error) === FOREIGN_KEY_VIOLATION) {
      throw new Problem('refused', `There is no engineer ${rate.engineer}`);
    }
    throw error;
  }
  return { ...rate, effectiveFrom: new Date(rate.effectiveFrom).toISOString() };
}

export async function listRates(db: Queryable): Promise<Rate[]> {
  const { rows } = await db.query<RateRow & { kind: Rate['kind']; engineer_code: string | null; effective_from: Date }>(
    `SELECT kind, engineer_code, amount_minor, currency, effective_from FROM rate
     ORDER BY kind, engineer_code NULLS FIRST, effective_from DESC`,
  );
  return rows.map((row) => ({
    kind: row.kind,
    engineer: row.engineer_code,
    amount: moneyOf(row.amount_minor, row.currency),
    effectiveFrom: row.effective_from.toISOString(),
  }));
}
