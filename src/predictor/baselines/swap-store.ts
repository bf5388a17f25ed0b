// Keeps what was learned of a component when it was told to be another one, and gives it back when that was wrong.
import type { Component, Product } from '../../contracts/product.ts';
import type { EpochMs } from '../../contracts/time.ts';
import type { Transaction } from '../../db/database.ts';
import { type Learned, learnedOf, type Restored, takeBack } from '../core/repair.ts';
import { changeState, loadState } from '../state-store.ts';

export interface FoundSwap {
  deviceId: number;
  component: Component;
  atMs: EpochMs;
  previousSerial: string;
  serial: string;
}

/** Before the component is reset. Told twice, it is found once. */
export async function keepSwap(
  tx: Transaction,
  { deviceId, component, atMs, previousSerial, serial }: FoundSwap,
): Promise<void> {
  const { state } = await loadState(tx, deviceId);
  await tx.query(
    `INSERT INTO component_swap (device_id, component, at, previous_serial, serial, learned) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (device_id, component, at) DO NOTHING`,
    [deviceId, component.code, new Date(atMs), previousSerial, serial, JSON.stringify(learnedOf(state, component))],
  );
}

/** Components whose normal something else has made anew since, but for changes that were taken back themselves. */
const RENEWED = `
  SELECT DISTINCT r.component FROM component_swap w
  JOIN baseline_reset own ON own.device_id = w.device_id AND own.component = w.component AND own.at = w.at
    AND own.reason = 'component-changed-without-job'
  JOIN baseline_reset r ON r.device_id = w.device_id AND r.id > own.id AND r.reason NOT IN ('swap-confirmed', 'swap-disputed')
  WHERE w.id = $1 AND NOT EXISTS (
    SELECT FROM component_swap o WHERE o.device_id = r.device_id AND o.component = r.component AND o.at = r.at
      AND r.reason = 'component-changed-without-job' AND o.restored IS NOT NULL)`;

/** Nothing was replaced after all: what was known before counts again, as far as nothing else has made it anew since. */
export async function undoSwap(tx: Transaction, swapId: number, product: Product): Promise<Restored> {
  const { rows } = await tx.query<{ device_id: number; learned: Learned }>(
    'SELECT device_id, learned FROM component_swap WHERE id = $1',
    [swapId],
  );
  const swap = rows[0];
  if (swap === undefined) return 'none';
  const renewed = new Set((await tx.query<{ component: string }>(RENEWED, [swapId])).rows.map((row) => row.component));
  let restored: Restored = 'none';
  await changeState(tx, swap.device_id, (state) => {
    restored = takeBack(state, swap.learned, product, renewed);
  });
  await tx.query('UPDATE component_swap SET restored = $2 WHERE id = $1', [swapId, restored]);
  return restored;
}
