// What the processes of the books' kill test share with it: the month, its cost, and the acts.
import type { NewFact } from '../../../src/costing/new-fact.ts';

export const MONTH = '2026-05';
export const POOL = 'depot';
export type BooksAct = 'close' | 'close-in-parts' | 'export' | 'export-then-mark';

/** Twenty costs of one posting, half of them shared; `round` tells postings apart. */
export const sharedFacts = (round: string): NewFact[] =>
  Array.from({ length: 20 }, (_, index) => ({
    amountMinor: 1_001n + BigInt(index),
    currency: 'CNY',
    element: 'overhead',
    quantityMilli: 1000n,
    unit: '1',
    occurredOn: `${MONTH}-03`,
    source: { type: 'test', id: `${round} ${index}` },
    idempotencyKey: `${round} ${index}`,
    dimensions: { device: 'MRI-1', customer: 'renji', region: 'east' },
    workOrderId: null,
    pool: index % 2 === 0 ? POOL : null,
    reversalOf: null,
    actor: 'test',
    note: null,
  }));
