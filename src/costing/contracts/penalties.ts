// Downtime of failures under contracts, as it was told, and what each one's penalty adds to those before it.
import { EVERYTHING } from '../../contracts/access.ts';
import { DAY_MS } from '../../contracts/time.ts';
import type { Queryable, Transaction } from '../../db/database.ts';
import { type DayNumber, dayNumberOf } from '../core/contract/days.ts';
import { type Downtime, type Penalty, penaltyAdded } from '../core/contract/penalty.ts';
import { readContracts } from './contract-rows.ts';

export interface ToldFailure {
  workOrderId: number;
  contract: string;
  downtimeMinutes: number;
  completedAt: string;
}

/** Told once a job: what is told again changes nothing. A job that nobody dated the failure of began as long ago as it stood still. */
const TELL = `
  INSERT INTO contract_downtime (work_order_id, contract_code, failed_on, downtime_minutes)
  SELECT $1, $2, coalesce((SELECT w.failed_at FROM work_order w WHERE w.id = $1), $3::timestamptz - make_interval(mins => $4))::date, $4
  ON CONFLICT (work_order_id) DO NOTHING RETURNING failed_on`;

/** A penalty that was taken back counts for no cap and no allowance. */
const TOLD = `
  SELECT t.failed_on, t.downtime_minutes FROM contract_downtime t
  WHERE t.contract_code = $1 AND t.failed_on >= $2 AND t.failed_on < $3 AND t.work_order_id <> $4 AND NOT EXISTS (
    SELECT FROM cost_fact f JOIN cost_fact r ON r.reversal_of = f.id WHERE f.idempotency_key = 'downtime:' || t.work_order_id)
  ORDER BY t.failed_on, t.work_order_id`;

/** Failures of a contract on the days [fromDay, toDay) but that of `except`. */
export async function readDowntimes(
  db: Queryable,
  contract: string,
  { fromDay, toDay, except = 0 }: { fromDay: DayNumber; toDay: DayNumber; except?: number },
): Promise<Downtime[]> {
  const { rows } = await db.prepared<{ failed_on: string; downtime_minutes: number }>('contract-downtimes', TOLD, [
    contract,
    new Date(fromDay * DAY_MS),
    new Date(toDay * DAY_MS),
    except,
  ]);
  return rows.map((row) => ({ day: dayNumberOf(row.failed_on), minutes: row.downtime_minutes }));
}

/** `null`: it was told before, or there is no such contract. */
export async function tellFailure(
  tx: Transaction,
  { workOrderId, contract, downtimeMinutes, completedAt }: ToldFailure,
): Promise<(Penalty & { currency: string }) | null> {
  const { rows } = await tx.prepared<{ failed_on: string }>('contract-downtime-tell', TELL, [
    workOrderId,
    contract,
    completedAt,
    downtimeMinutes,
  ]);
  const day = rows[0]?.failed_on;
  const [terms] = day === undefined ? [] : await readContracts(tx, EVERYTHING, { code: contract });
  if (day === undefined || terms === undefined) return null;
  const failure = { day: dayNumberOf(day), minutes: downtimeMinutes };
  const { startDay, endDay, devices, currency } = terms;
  const owes = terms.stretches.some(({ penalty }) => penalty.penaltyPerHourMinor > 0n);
  const before = owes
    ? await readDowntimes(tx, contract, { fromDay: startDay, toDay: endDay, except: workOrderId })
    : [];
  return { ...penaltyAdded(terms, before, [failure], Math.max(1, devices)), currency };
}
