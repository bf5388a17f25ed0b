// Where devices were: what a device counted to (customer, contract, station, region, product) and whether it was in service is
// kept before it changes, with the day from which something else holds. Read through the view `device_stretch`.
import { dayOf, type EpochMs } from '../contracts/time.ts';
import type { Transaction } from '../db/database.ts';

/** Everything a device counts to is known by one of these. */
type Known = 'device' | 'product' | 'customer' | 'contract' | 'station';

/**
 * Keeps what these devices are until now, up to the day of `atMs`, which counts to what comes. What a day began with stands: later
 * changes of the same day were never true of a whole one; and what is put right on the day of registration was never true at all.
 */
export async function keepPlacements(tx: Transaction, known: Known, code: string, atMs: EpochMs): Promise<void> {
  await tx.query(
    `INSERT INTO device_placement (device_id, until_on, lifecycle, installed_on, product_line, product, customer, customer_group,
       contract, contract_type, region, station)
     SELECT device_id, $2::date, n.lifecycle, n.installed_on, product_line, product, customer, customer_group,
       contract, contract_type, region, station
     FROM device_now n JOIN device d ON d.id = n.device_id
     WHERE n.${known} = $1 AND (d.registered_at AT TIME ZONE 'UTC')::date < $2::date
     ON CONFLICT (device_id, until_on) DO NOTHING`,
    [code, dayOf(atMs)],
  );
}

/** For master data that devices count to through: keeps their placements when an edit changes what they count to. */
export function keepingPlacements<View extends { code: string }>(
  known: Known,
  isOther: (before: View, after: View) => boolean,
): (tx: Transaction, edit: { before: View; after: View; atMs: EpochMs }) => Promise<void> {
  return async (tx, { before, after, atMs }) => {
    if (isOther(before, after)) await keepPlacements(tx, known, before.code, atMs);
  };
}
