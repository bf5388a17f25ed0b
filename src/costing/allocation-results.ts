// What runs store: results of pools with their arrays, flows between pools. Written as the difference to what is there, so that
// a fact in one pool writes one row.
import { createHash } from 'node:crypto';
import type { Queryable, Transaction } from '../db/database.ts';
import type { PoolResult, Settled } from './core/allocation.ts';
import type { Flow } from './core/pool-network.ts';
import { bigintsAsBytes, integersAsBytes } from './packed-arrays.ts';

export interface StoredResult extends PoolResult {
  currency: string;
}

export interface StoredFlow {
  from: string;
  to: string;
  element: string;
  currency: string;
  amountMinor: number;
}

export const keyOfResult = ({ pool, element, currency }: { pool: string; element: string; currency: string }): string =>
  `${pool} ${element} ${currency}`;

/** As it is stored; the hash is of all the rest of it. */
interface Row {
  pool: string;
  element: string;
  currency: string;
  sums: readonly number[];
  receiverIds: Buffer;
  amounts: Buffer;
  hash: Buffer;
}

const sumOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);

function rowOf(result: StoredResult): Row {
  const { pool, element, currency } = result;
  const { ownMinor, receivedMinor, sentMinor, unallocatedMinor, unusedMinor } = result;
  const sums = [ownMinor, receivedMinor, sentMinor, sumOf(result.amountsMinor), unallocatedMinor, unusedMinor];
  const receiverIds = integersAsBytes(result.receiverIds);
  const amounts = bigintsAsBytes(result.amountsMinor);
  const hash = createHash('sha256')
    .update([pool, element, currency, ...sums].join('|'))
    .update(receiverIds)
    .update(amounts)
    .digest();
  return { pool, element, currency, sums, receiverIds, amounts, hash };
}

/** Of one result, as it is stored beside it. */
export const hashOf = (result: StoredResult): string => rowOf(result).hash.toString('hex');

/** Of a whole run: its results and flows in order of their keys. */
export function hashOfRun(results: readonly { key: string; hash: string }[], flows: readonly StoredFlow[]): string {
  const hash = createHash('sha256');
  const sorted = (lines: readonly string[]): string[] => [...lines].sort();
  for (const line of sorted(results.map((result) => `${result.key} ${result.hash}`))) hash.update(`${line}\n`);
  for (const line of sorted(flows.map((f) => `${f.from} ${f.to} ${f.element} ${f.currency} ${f.amountMinor}`)))
    hash.update(`${line}\n`);
  return hash.digest('hex');
}

const SUMS = 'own_minor, received_minor, sent_minor, placed_minor, unallocated_minor, unused_minor';
const SET_SUMS = SUMS.split(', ')
  .map((name, index) => `${name} = $${index + 5}`)
  .join(', ');
const UPSERT = `INSERT INTO allocation_result AS a (run_id, pool, element, currency, ${SUMS}, amounts_minor, hash, receiver_ids)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::bigint[], $12, $13::integer[])
  ON CONFLICT (run_id, pool, element, currency) DO UPDATE
  SET ${SET_SUMS}, amounts_minor = $11, hash = $12, receiver_ids = $13`;
/** A list of receivers that is left alone is not written again. */
const UPDATE_AMOUNTS = `UPDATE allocation_result SET ${SET_SUMS}, amounts_minor = $11::bigint[], hash = $12
  WHERE run_id = $1 AND pool = $2 AND element = $3 AND currency = $4`;

/** Writes the results that are other than before, by their hash, and remembers them; answers with their number. */
export async function writeResults(
  tx: Transaction,
  runId: number,
  results: Iterable<StoredResult>,
  before: SettledMemory,
): Promise<number> {
  let written = 0;
  let sending: Promise<unknown> = Promise.resolve();
  for (const result of results) {
    const row = rowOf(result);
    const hash = row.hash.toString('hex');
    const key = keyOfResult(result);
    const old = before.get(key);
    if (hash === old?.hash) continue;
    const { ownMinor, receivedMinor, sentMinor, receiverIds } = result;
    before.set(key, { ownMinor, receivedMinor, sentMinor, hash, receiverIds });
    const values = [runId, row.pool, row.element, row.currency, ...row.sums, row.amounts, row.hash];
    // The next one is worked out while the database writes this one.
    await sending;
    sending =
      old?.receiverIds === receiverIds
        ? tx.prepared('allocation-amounts', UPDATE_AMOUNTS, values)
        : tx.prepared('allocation-results', UPSERT, [...values, row.receiverIds]);
    sending.catch(() => {});
    written += 1;
  }
  await sending;
  return written;
}

export async function deleteOtherResults(tx: Transaction, runId: number, keys: readonly string[]): Promise<number> {
  const { rowCount } = await tx.prepared(
    'allocation-results-others',
    `DELETE FROM allocation_result WHERE run_id = $1 AND pool || ' ' || element || ' ' || currency <> ALL ($2::text[])`,
    [runId, keys],
  );
  return rowCount;
}

export const flowsOf = (flows: readonly Flow[], elements: readonly string[], currency: string): StoredFlow[] =>
  flows.flatMap(({ from, to, minor }) =>
    minor.flatMap((amountMinor, column) =>
      amountMinor === 0 ? [] : [{ from, to, element: elements[column] as string, currency, amountMinor }],
    ),
  );

const keyOfFlow = (flow: Omit<StoredFlow, 'amountMinor'>): string =>
  `${flow.from} ${flow.to} ${flow.element} ${flow.currency}`;

/** Flows by their key, as a run stores them. */
export type FlowMemory = ReadonlyMap<string, StoredFlow>;
export const flowMemoryOf = (flows: readonly StoredFlow[]): FlowMemory =>
  new Map(flows.map((flow) => [keyOfFlow(flow), flow]));

/** Writes what differs, and nothing when nothing does; answers with how many. */
export async function writeFlows(
  tx: Transaction,
  runId: number,
  before: FlowMemory,
  after: FlowMemory,
): Promise<number> {
  const written = [...after].filter(([key, flow]) => before.get(key)?.amountMinor !== flow.amountMinor);
  const gone = [...before].filter(([key]) => !after.has(key)).map(([, flow]) => ({ ...flow, amountMinor: 0 }));
  const flows = [...written.map(([, flow]) => flow), ...gone];
  if (flows.length === 0) return 0;
  // A flow of nothing is one that is gone.
  await tx.prepared(
    'allocation-flows',
    `WITH x AS (SELECT * FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[]) AS x (a, b, e, c, amount)),
     gone AS (DELETE FROM allocation_flow f USING x WHERE f.run_id = $1 AND x.amount = 0
       AND x.a = f.from_pool AND x.b = f.to_pool AND x.e = f.element AND x.c = f.currency)
     INSERT INTO allocation_flow AS f (run_id, from_pool, to_pool, element, currency, amount_minor)
     SELECT $1::bigint, a, b, e, c, amount FROM x WHERE amount <> 0
     ON CONFLICT (run_id, from_pool, to_pool, element, currency) DO UPDATE SET amount_minor = excluded.amount_minor`,
    [
      runId,
      flows.map(({ from }) => from),
      flows.map(({ to }) => to),
      flows.map(({ element }) => element),
      flows.map(({ currency }) => currency),
      flows.map(({ amountMinor }) => amountMinor),
    ],
  );
  return flows.length;
}

export async function readFlows(db: Queryable, runId: number): Promise<StoredFlow[]> {
  const { rows } = await db.query<Omit<StoredFlow, 'amountMinor'> & { amount: bigint }>(
    `SELECT from_pool AS "from", to_pool AS "to", element, currency, amount_minor AS amount FROM allocation_flow
     WHERE run_id = $1 ORDER BY from_pool, to_pool, element, currency`,
    [runId],
  );
  return rows.map(({ amount, ...flow }) => ({ ...flow, amountMinor: Number(amount) }));
}

/** What each pool of a stored run had and passed on: enough to see which have to be placed again. */
export type SettledMemory = Map<
  string,
  Pick<Settled, 'ownMinor' | 'receivedMinor' | 'sentMinor'> & { hash: string; receiverIds?: Int32Array }
>;
export async function settledBefore(db: Queryable, runId: number): Promise<SettledMemory> {
  const { rows } = await db.prepared<{ key: string; own: bigint; received: bigint; sent: bigint; hash: string }>(
    'allocation-settled',
    `SELECT pool || ' ' || element || ' ' || currency AS key, own_minor AS own, received_minor AS received, sent_minor AS sent,
       encode(hash, 'hex') AS hash
     FROM allocation_result WHERE run_id = $1`,
    [runId],
  );
  return new Map(
    rows.map(({ key, own, received, sent, hash }) => [
      key,
      {
        ownMinor: Number(own),
        receivedMinor: Number(received),
        sentMinor: Number(sent),
        hash,
      },
    ]),
  );
}
