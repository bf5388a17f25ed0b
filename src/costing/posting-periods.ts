// Posting periods: which one a fact posts to, and which are open. A closed period takes nothing more; what comes late
// posts to the next open one as an adjustment.
import type { Queryable, Transaction } from '../db/database.ts';
import type { Period } from '../contracts/time.ts';
import { nextPeriod } from './core/periods.ts';

/**
 * The open period for something that happened on `occurredOn`, locked against being closed until the transaction ends.
 * Periods come into being when something posts to them.
 */
export async function postingPeriod(tx: Transaction, occurredOn: string): Promise<Period> {
  for (let period = occurredOn.slice(0, 7); ; period = nextPeriod(period)) {
    const { rows } = await lockPeriod(tx, period);
    const state = rows[0]?.state ?? (await createPeriod(tx, period));
    if (state === 'open') return period;
  }
}

const lockPeriod = (tx: Transaction, period: Period) =>
  tx.prepared<{ state: string }>('period-lock', 'SELECT state FROM period WHERE code = $1 FOR SHARE', [period]);

/** Somebody else may create and even close it in between, so it is read again. */
async function createPeriod(tx: Transaction, period: Period): Promise<string | undefined> {
  await tx.query('INSERT INTO period (code) VALUES ($1) ON CONFLICT DO NOTHING', [period]);
  return (await lockPeriod(tx, period)).rows[0]?.state;
}

/** Open periods that hold shared cost, newest first: the ones whose provisional allocation can move. */
export async function openPeriodsWithPools(db: Queryable): Promise<Period[]> {
  const { rows } = await db.query<{ code: Period }>(
    `SELECT code FROM period p WHERE state = 'open'
       AND EXISTS (SELECT FROM cost_fact f WHERE f.period = p.code AND f.pool IS NOT NULL)
     ORDER BY code DESC`,
  );
  return rows.map((row) => row.code);
}
