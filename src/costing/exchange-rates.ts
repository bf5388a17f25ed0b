// Exchange rates by date. A report converts a posting period at the rate in force on its last day, shared and direct cost
// alike, so that what allocation conserves in one currency it conserves in the other; a closed period keeps its rates.
import type { ExchangeRate, NewExchangeRate } from '../contracts/http/exchange-rates.ts';
import { Problem } from '../contracts/problems.ts';
import type { Period } from '../contracts/time.ts';
import type { Queryable, Transaction } from '../db/database.ts';
import { sqlStateOf } from '../db/errors.ts';
import { appendEvent } from '../db/event-log.ts';
import { ratePartsOf } from './core/conversion.ts';
import { type ProposalKind, type ProposedRow, toProposed } from './proposals.ts';

const UNIQUE_VIOLATION = '23505';

interface RateRow {
  currency: string;
  against: string;
  rate: string;
  effective_from: string;
}

const toRate = (row: RateRow & ProposedRow): ExchangeRate => ({
  currency: row.currency,
  against: row.against,
  rate: row.rate,
  effectiveFrom: row.effective_from,
  ...toProposed(row),
});

const OWN = 'currency, against, trim_scale(rate)::text AS rate, effective_from';
const COLUMNS = `${OWN}, id, author, created_at, decision, decided_by, decided_at`;

/** Closed periods whose last day has another rate of the pair in force, which this one would take the place of. */
const CLOSED_MOVED = `
  SELECT p.code FROM period p
  JOIN LATERAL (SELECT effective_from FROM exchange_rate
                WHERE (currency, against) IN (($1, $2), ($2, $1)) AND effective_from < to_date(p.code, 'YYYY-MM') + interval '1 month'
                  AND decision = 'approved' AND id <> $4
                ORDER BY effective_from DESC LIMIT 1) now ON now.effective_from < $3::date
  WHERE p.state = 'closed' AND to_date(p.code, 'YYYY-MM') + interval '1 month' > $3::date ORDER BY p.code LIMIT 1`;

/** No entry has this id. */
const NONE = 0;

async function refuseClosed(tx: Transaction, rate: NewExchangeRate, id: number): Promise<void> {
  const { currency, against, effectiveFrom } = rate;
  const { rows } = await tx.query<{ code: string }>(CLOSED_MOVED, [currency, against, effectiveFrom, id]);
  if (!rows[0]) return;
  throw new Problem(
    'period-closed',
    `${rows[0].code} is closed and reported at another rate; let this one begin in an open period`,
  );
}

async function insertExchangeRate(tx: Transaction, rate: NewExchangeRate, author: string, at: string): Promise<number> {
  const { currency, against, effectiveFrom } = rate;
  if (currency === against) throw new Problem('validation-failed', `${currency} is worth itself; name two currencies`);
  if (ratePartsOf(rate.rate) === null) {
    throw new Problem('validation-failed', `"${rate.rate}" is not a rate; write a positive number, up to 12 decimals`);
  }
  await refuseClosed(tx, rate, NONE);
  try {
    const { rows } = await tx.query<{ id: number }>(
      `INSERT INTO exchange_rate (currency, against, rate, effective_from, author, created_at)
       VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`,
      [currency, against, rate.rate, effectiveFrom, author, at],
    );
    return rows[0]?.id ?? NONE;
  } catch (error) {
    if (sqlStateOf(error) !== UNIQUE_VIOLATION) throw error;
    throw new Problem('already-exists', `${currency} has a rate against ${against} from ${effectiveFrom} on already`);
  }
}

export async function listExchangeRates(db: Queryable): Promise<ExchangeRate[]> {
  const { rows } = await db.query<RateRow & ProposedRow>(
    `SELECT ${COLUMNS} FROM exchange_rate ORDER BY currency, against, effective_from DESC, id DESC`,
  );
  return rows.map(toRate);
}

export const EXCHANGE_RATES: ProposalKind<NewExchangeRate, ExchangeRate> = {
  table: 'exchange_rate',
  name: 'exchange rate',
  async read(db, id) {
    const { rows } = await db.query<RateRow & ProposedRow>(`SELECT ${COLUMNS} FROM exchange_rate WHERE id = $1`, [id]);
    return rows.map(toRate)[0] ?? null;
  },
  insert: insertExchangeRate,
  /** A period may have been closed since it was proposed. */
  async onApproved(tx, rate, at) {
    await refuseClosed(tx, rate, rate.id);
    const code = `${rate.currency}-${rate.against}`;
    appendEvent(tx, { type: 'registry.changed', at, payload: { resource: 'exchange-rate', code } });
  },
};

export interface RateInForce {
  currency: string;
  period: Period;
  rate: string;
  /** Nobody wrote a newer one for this direction: the one of the other direction counts the other way. */
  isInverse: boolean;
  effectiveFrom: string;
}

/** Of each currency in each period the newest rate of the pair on its last day; where there is none, none. */
export async function exchangeRatesFor(
  db: Queryable,
  currencies: readonly string[],
  against: string,
  periods: readonly Period[],
): Promise<RateInForce[]> {
  const { rows } = await db.query<Omit<RateRow, 'against'> & { period: Period; is_inverse: boolean }>(
    `SELECT p.code AS period, r.* FROM unnest($3::text[]) p(code)
     CROSS JOIN LATERAL (
       SELECT DISTINCT ON (1) CASE WHEN currency = $2 THEN against ELSE currency END AS currency, currency = $2 AS is_inverse,
         trim_scale(rate)::text AS rate, effective_from FROM exchange_rate e
       WHERE ((currency = ANY ($1) AND against = $2) OR (currency = $2 AND against = ANY ($1))) AND decision = 'approved'
         AND e.effective_from < to_date(p.code, 'YYYY-MM') + interval '1 month'
       ORDER BY 1, e.effective_from DESC, 2) r
     ORDER BY p.code, r.currency`,
    [currencies, against, periods],
  );
  return rows.map(({ currency, period, rate, is_inverse: isInverse, effective_from }) => ({
    currency,
    period,
    rate,
    isInverse,
    effectiveFrom: effective_from,
  }));
}
