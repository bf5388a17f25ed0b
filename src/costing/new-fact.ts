// A cost fact that is to be posted: all that makes it this fact and no other.
import type { CostElement } from '../contracts/costs.ts';
import type { Period } from '../contracts/time.ts';
import type { DimensionValues } from './dimension-columns.ts';

export interface NewFact {
  amountMinor: bigint;
  currency: string;
  element: CostElement;
  quantityMilli: bigint;
  unit: string;
  /** Of time that was captured: exactly, where the quantity is in thousandths of hours. Below zero takes it back. */
  durationMs?: number | null;
  /** `YYYY-MM-DD`. */
  occurredOn: string;
  source: { type: string; id: string };
  /** The same thing posted twice is one fact. */
  idempotencyKey: string;
  dimensions: DimensionValues;
  workOrderId: number | null;
  pool: string | null;
  reversalOf: number | null;
  actor: string;
  note: string | null;
}

/** A fact with the period it posts to. */
export interface DatedFact {
  fact: NewFact;
  period: Period;
}

/** What comes after its month was closed says so: it adjusts a later one. */
export function noteOf(fact: NewFact, period: Period): string | null {
  const occurredIn = fact.occurredOn.slice(0, 7);
  if (period === occurredIn) return fact.note;
  return [`adjustment of ${occurredIn}`, fact.note].filter(Boolean).join(': ');
}
