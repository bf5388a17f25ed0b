// Keeps what was learned of a component when it was told to be another one, and gives it back when that was wrong.
import type { Component } from '../../contracts/product.ts';
import type { EpochMs } from '../../contracts/time.ts';
import type { Transaction } from '../../db/database.ts';
import { learnedOf, type LearnedSeries, takeBack } from '../core/repair.ts';
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

/** Nothing was replaced after all: what was known before counts again. */
export async function undoSwap(tx: Transaction, swapId: number): Promise<void> {
  const { rows } = await tx.query<{ device_id: number; learned: LearnedSeries[] }>(
    'SELECT device_id, learned FROM component_swap WHERE id = $1',
    [swapId],
  );
  const swap = rows[0];
  if (swap !== undefined) await changeState(tx, swap.device_id, (state) => takeBack(state, swap.learned));
}
