// What pools passed on to each other, as runs store it: written as the difference to what is there.
import type { Queryable, Transaction } from '../db/database.ts';
import type { Flow } from './core/pool-network.ts';

export interface StoredFlow {
  from: string;
  to: string;
  element: string;
  currency: string;
  amountMinor: number;
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
