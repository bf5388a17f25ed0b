// Closing a posting period: its provisional allocation becomes the final one and nothing posts to it any more.
import type { PostingPeriod } from '../contracts/http/costs.ts';
import { Problem } from '../contracts/problems.ts';
import { isPeriod, type Period } from '../contracts/time.ts';
import type { Database } from '../db/database.ts';
import { runAllocation } from './allocation-run.ts';

/** Waits for postings in flight, trues the allocation up and locks the period, all in one transaction. */
export async function closePeriod(database: Database, period: Period, at: string): Promise<PostingPeriod> {
  if (!isPeriod(period)) throw new Problem('validation-failed', `"${period}" is not a period; write YYYY-MM`);
  if (period > at.slice(0, 7)) throw new Problem('refused', `${period} has not begun; it cannot be closed yet`);
  return database.transaction(async (tx) => {
    const { rows } = await tx.query<{ state: string }>('SELECT state FROM period WHERE code = $1 FOR UPDATE', [period]);
    if (!rows[0]) throw new Problem('not-found', `Nothing was ever posted to ${period}`);
    if (rows[0].state === 'closed') throw new Problem('period-closed', `${period} is closed already`);
    await runAllocation(tx, { period, status: 'final', at, reread: 'all' });
    await tx.query(`UPDATE period SET state = 'closed' WHERE code = $1`, [period]);
    return { period, state: 'closed' };
  });
}
