// What runs store beside the amounts of receivers: flows between pools, what each pool had and passed on, and the hash that a
// repeated run must come to. Written as the difference to what is there.
import { createHash } from 'node:crypto';
import type { Queryable, Transaction } from '../db/database.ts';
import type { PoolResult, Settled } from './core/allocation.ts';
import type { Flow } from './core/pool-network.ts';

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

/** Of a whole run: its results and flows in order of their keys. */
export function hashOfRun(results: readonly { key: string; hash: string }[], flows: readonly StoredFlow[]): string {
  const hash = createHash('sha256');
  const sorted = (lines: readonly string[]): string[] => [...lines].sort();
  for (const line of sorted(results.map((result) => `${result.key} ${result.hash}`))) hash.update(`${line}\n`);
  for (const line of sorted(flows.map((f) => `${f.from} ${f.to} ${f.element} ${f.currency} ${f.amountMinor}`)))
    hash.update(`${line}\n`);
  return hash.digest('hex');
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
  Pick<Settled, 'ownMinor' | 'receivedMinor' | 'sentMinor'> & {
    hash: string;
    /** Known of what this process placed itself. */
    placed?: Pick<PoolResult, 'receiverIds' | 'amountsMinor'>;
  }
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
