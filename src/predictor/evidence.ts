// How findings of a failure mode turned out: the evidence behind its probability.
import type { Queryable, Transaction } from '../db/database.ts';
import type { Outcomes } from './core/prognosis.ts';

interface Kind {
  product: string;
  component: string;
  failureMode: string;
}

export async function outcomesOf(db: Queryable, { product, component, failureMode }: Kind): Promise<Outcomes> {
  const { rows } = await db.prepared<Outcomes>(
    'predictor-outcomes',
    'SELECT confirmed, refuted FROM finding_outcome WHERE product_code = $1 AND component = $2 AND failure_mode = $3',
    [product, component, failureMode],
  );
  return rows[0] ?? { confirmed: 0, refuted: 0 };
}

export async function countOutcome(tx: Transaction, kind: Kind, isConfirmed: boolean): Promise<void> {
  await tx.query(
    `INSERT INTO finding_outcome AS o (product_code, component, failure_mode, confirmed, refuted) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (product_code, component, failure_mode)
     DO UPDATE SET confirmed = o.confirmed + excluded.confirmed, refuted = o.refuted + excluded.refuted`,
    [kind.product, kind.component, kind.failureMode, isConfirmed ? 1 : 0, isConfirmed ? 0 : 1],
  );
}
