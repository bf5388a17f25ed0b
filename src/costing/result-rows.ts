// Results of pools as a run stores them: what each had and passed on, what it placed and kept, and by which ends. What is written
// is what differs from what is there.
import type { Queryable, Transaction } from '../db/database.ts';
import { bytesOfHash, deleteEnds, type EndsHash, writeEnds } from './allocation-ends.ts';
import { NOBODY, placeLeft, type PoolEnds, type PoolResult, type Settled } from './core/allocation.ts';
import type { CurrencyPlan } from './core/cycle-allocation.ts';

export interface StoredResult extends Omit<PoolResult, 'receiverIds' | 'amountsMinor'> {
  currency: string;
  placedMinor: number;
  /** Hash of the ends; `null` where nobody carries anything. */
  ends: string | null;
}
/** Results of a run by their key. */
export type ResultMemory = Map<string, StoredResult>;

export const keyOfResult = ({ pool, element, currency }: { pool: string; element: string; currency: string }): string =>
  `${pool} ${element} ${currency}`;

const AMOUNTS = ['ownMinor', 'receivedMinor', 'sentMinor', 'placedMinor', 'unallocatedMinor', 'unusedMinor'] as const;
const AMOUNT_COLUMNS = [
  'own_minor',
  'received_minor',
  'sent_minor',
  'placed_minor',
  'unallocated_minor',
  'unused_minor',
];

/** `before` spares working out anew what capacity nobody used has cost. */
function resultOf(
  { leftMinor, ...passed }: Settled,
  { currency, scratch }: CurrencyPlan,
  { found, ends }: { found: PoolEnds; ends: string | null },
  before: StoredResult | undefined,
): StoredResult {
  const common = { ...passed, currency, ends, placedMinor: 0, unallocatedMinor: 0, unusedMinor: 0 };
  if (ends === null) return { ...common, unallocatedMinor: leftMinor };
  if (found.unusedWeight === 0) return { ...common, placedMinor: leftMinor };
  const isKnown = before?.ends === ends && before.placedMinor + before.unusedMinor === leftMinor;
  const { unusedMinor } = isKnown ? before : placeLeft(leftMinor, found, scratch);
  return { ...common, placedMinor: leftMinor - unusedMinor, unusedMinor };
}

const isSame = (a: StoredResult | undefined, b: StoredResult): boolean =>
  a?.ends === b.ends && AMOUNTS.every((amount) => a[amount] === b[amount]);

const UPSERT = `INSERT INTO allocation_result (run_id, pool, element, currency, ${AMOUNT_COLUMNS.join(', ')}, ends)
  SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], ${AMOUNTS.map((_, index) => `$${index + 5}::bigint[]`).join(', ')}, $11::bytea[])
  ON CONFLICT (run_id, pool, element, currency) DO UPDATE
  SET ${[...AMOUNT_COLUMNS, 'ends'].map((name) => `${name} = excluded.${name}`).join(', ')}`;

async function upsert(tx: Transaction, runId: number, rows: readonly StoredResult[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.prepared('allocation-results', UPSERT, [
    runId,
    rows.map(({ pool }) => pool),
    rows.map(({ element }) => element),
    rows.map(({ currency }) => currency),
    ...AMOUNTS.map((amount) => rows.map((row) => row[amount])),
    rows.map(({ ends }) => bytesOfHash(ends)),
  ]);
}

async function deleteResults(tx: Transaction, runId: number, rows: readonly StoredResult[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.prepared(
    'allocation-results-gone',
    `DELETE FROM allocation_result a USING unnest($2::text[], $3::text[], $4::text[]) AS x (pool, element, currency)
     WHERE a.run_id = $1 AND a.pool = x.pool AND a.element = x.element AND a.currency = x.currency`,
    [runId, rows.map(({ pool }) => pool), rows.map(({ element }) => element), rows.map(({ currency }) => currency)],
  );
}

const endsNamed = (results: ResultMemory): string[] => [...results.values()].flatMap(({ ends }) => ends ?? []);

/** Brings the results of a run from `before` to what the plans say, and answers with them and whether anything was written. */
export async function writeResults(
  tx: Transaction,
  runId: number,
  plans: readonly CurrencyPlan[],
  { before, hashOf }: { before: ResultMemory; hashOf: EndsHash },
): Promise<{ after: ResultMemory; isWritten: boolean }> {
  const named = new Set(endsNamed(before));
  const after: ResultMemory = new Map();
  const fresh = new Map<string, PoolEnds>();
  for (const plan of plans) {
    for (const settled of plan.settled) {
      const found = plan.ends.get(settled.pool) ?? NOBODY;
      const ends = hashOf(found);
      if (ends !== null && !named.has(ends)) fresh.set(ends, found);
      const key = keyOfResult({ ...settled, currency: plan.currency });
      after.set(key, resultOf(settled, plan, { found, ends }, before.get(key)));
    }
  }
  const moved = [...after].filter(([key, row]) => !isSame(before.get(key), row)).map(([, row]) => row);
  const gone = [...before].filter(([key]) => !after.has(key)).map(([, row]) => row);
  const wanted = new Set(endsNamed(after));
  await writeEnds(tx, runId, fresh);
  await upsert(tx, runId, moved);
  await deleteResults(tx, runId, gone);
  await deleteEnds(
    tx,
    runId,
    [...named].filter((hash) => !wanted.has(hash)),
  );
  return { after, isWritten: moved.length + gone.length > 0 };
}

type ResultRow = Pick<StoredResult, 'pool' | 'element' | 'currency' | 'ends'> &
  Record<(typeof AMOUNTS)[number], bigint>;

/** The results of a run, in order of their keys. Throws a `RangeError` for amounts that a double does not hold. */
export async function readResults(db: Queryable, runId: number): Promise<StoredResult[]> {
  const { rows } = await db.prepared<ResultRow>(
    'allocation-results-read',
    `SELECT pool, element, currency, ${AMOUNTS.map((amount, index) => `${AMOUNT_COLUMNS[index]} AS "${amount}"`).join(', ')},
       encode(ends, 'hex') AS ends
     FROM allocation_result WHERE run_id = $1 ORDER BY pool, element, currency`,
    [runId],
  );
  return rows.map((row) => ({
    ...row,
    ...(Object.fromEntries(AMOUNTS.map((amount) => [amount, Number(row[amount])])) as Record<
      (typeof AMOUNTS)[number],
      number
    >),
  }));
}

export const resultMemoryOf = (results: readonly StoredResult[]): ResultMemory =>
  new Map(results.map((result) => [keyOfResult(result), result]));
