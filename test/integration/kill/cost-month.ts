// A month of costs to be killed in: four pools that serve each other, jobs that move their drivers; what is posted in batches,
// and what must hold of it whatever happened to the process that shared it out.
import type { NewAllocationCycle } from '../../../src/contracts/http/allocation.ts';
import { runAllocation } from '../../../src/costing/allocation-run.ts';
import { verifyBooks } from '../../../src/costing/books.ts';
import { COSTING_CONSUMER, startCosting } from '../../../src/costing/costing.ts';
import { activateCycle, createCycle } from '../../../src/costing/cycles.ts';
import { postFacts } from '../../../src/costing/facts.ts';
import { JOB_EVENTS } from '../../../src/costing/job-facts.ts';
import type { NewFact } from '../../../src/costing/new-fact.ts';
import { createPool } from '../../../src/costing/pools.ts';
import type { Database } from '../../../src/db/database.ts';
import { startEventLog } from '../../../src/db/event-log.ts';
import { survivalAt } from '../../../src/predictor/survival/survival-reads.ts';
import { silentLog } from '../../support/database.ts';
import { foundServiceWorld } from '../../support/service-world.ts';

export const MONTH = '2026-05';
const AT = `${MONTH}-20T00:00:00.000Z`;
export const afterTheMonth = (): number => Date.parse('2026-06-02T00:00:00Z');
export const FACTS_A_KILL = 12;
const POOLS = ['callcentre', 'depot', 'it', 'training'] as const;
const CYCLE: NewAllocationCycle = {
  code: 'shared',
  version: 1,
  effectiveFrom: '2026-01',
  method: 'reciprocal',
  segments: [
    { pool: 'callcentre', driver: 'work-order-hours', services: [{ pool: 'it', share: 0.1 }] },
    { pool: 'depot', driver: 'parts-value' },
    {
      pool: 'it',
      driver: 'installed-devices',
      services: [
        { pool: 'depot', share: 0.2 },
        { pool: 'callcentre', share: 0.3 },
      ],
    },
    { pool: 'training', driver: 'work-order-hours', filter: { region: ['east'] } },
  ],
};

const EMPTY = { reversalOf: null, actor: 'test', note: null };
/** In turns a cost of a pool, hours of a job and parts of one. */
function factAt(n: number): NewFact {
  const common = { ...EMPTY, occurredOn: `${MONTH}-03`, currency: 'CNY', idempotencyKey: `kill ${n}` };
  if (n % 3 === 0)
    return {
      ...common,
      pool: POOLS[n % POOLS.length] ?? 'it',
      workOrderId: null,
      element: 'overhead',
      amountMinor: BigInt(100_003 + n),
      quantityMilli: 1000n,
      unit: '1',
      dimensions: {},
      source: { type: 'manual', id: String(n) },
    };
  const isHours = n % 3 === 1;
  return {
    ...common,
    pool: null,
    workOrderId: (n % 7) + 1,
    element: isHours ? 'labour' : 'parts',
    amountMinor: BigInt(500 + 17 * n),
    quantityMilli: isHours ? BigInt(1000 + 250 * n) : 1000n,
    unit: isHours ? 'h' : '1',
    dimensions: { customer: 'renji', region: n % 2 === 0 ? 'east' : 'north', device: n % 2 === 0 ? 'MRI-1' : 'MRI-2' },
    source: { type: isHours ? 'labour' : 'part', id: String(n) },
  };
}

/** Posts the batch of facts that begins at `from`; posted again it changes nothing. */
export async function postBatch(database: Database, from: number): Promise<void> {
  await database.transaction((tx) =>
    postFacts(
      tx,
      AT,
      Array.from({ length: FACTS_A_KILL }, (_, index) => factAt(from + index)),
    ),
  );
}

export async function foundMonth(database: Database): Promise<void> {
  await foundServiceWorld(database);
  for (const code of POOLS) await createPool(database, { code, name: { en: code, zh: code } });
  await createCycle(database, CYCLE, 'writer', AT);
  await activateCycle(database, { code: 'shared', version: 1, actor: 'second', note: null, at: AT });
}

/** Costing started on what a killed process left, until it has nothing left to do; then the work. */
export async function withCosting<T>(
  database: Database,
  work: (costing: Awaited<ReturnType<typeof startCosting>>) => Promise<T>,
): Promise<T> {
  const log = silentLog();
  const eventLog = await startEventLog({ database, log });
  const costing = await startCosting({
    database,
    eventLog,
    clock: { now: afterTheMonth },
    log,
    currency: 'CNY',
    survivalAt: survivalAt(database),
  });
  try {
    await costing.idle();
    return await work(costing);
  } finally {
    await costing.close();
    await eventLog.close();
  }
}

async function totals(database: Pick<Database, 'query'>): Promise<unknown[]> {
  const { rows } = await database.query(
    `SELECT a.pool, a.element, a.currency, own_minor, received_minor, sent_minor, unallocated_minor, unused_minor,
       (SELECT json_agg(json_build_array(c.kind, c.code, p.amount_minor) ORDER BY c.key)
        FROM placed_by(a) p JOIN cost_receiver c ON c.id = p.receiver_id) AS placed
     FROM allocation_result a JOIN allocation_run r ON r.id = a.run_id
     WHERE r.period = $1 AND r.superseded_at IS NULL ORDER BY 1, 2, 3`,
    [MONTH],
  );
  return rows;
}

/** The totals of the open month as one who never saw it would compute them, everything read anew. */
export async function fromScratch(database: Database): Promise<unknown[]> {
  let computed: unknown[] = [];
  const rolledBack = database.transaction(async (tx) => {
    await tx.query('UPDATE allocation_run SET superseded_at = now() WHERE period = $1 AND superseded_at IS NULL', [
      MONTH,
    ]);
    await runAllocation(tx, { period: MONTH, status: 'final', at: AT, reread: 'all' });
    computed = await totals(tx);
    throw new Error('only looked');
  });
  await rolledBack.catch((error: Error) => {
    if (error.message !== 'only looked') throw error;
  });
  return computed;
}

export interface Found {
  facts: number;
  /** As another process that goes on from what is there has them. */
  totals: unknown[];
  broken: unknown;
  /** The month is closed on a final run that the journal has, or open without one. */
  isOneOfTwo: boolean;
}

/** Looks at what a killed process left, as a process beside it finds it: it goes on from there and computes nothing anew. */
export async function lookAfter(database: Database): Promise<Found> {
  await database.transaction((tx) =>
    runAllocation(tx, { period: MONTH, status: 'provisional', at: AT, reread: new Set() }),
  );
  const { rows } = await database.query<{ facts: number; one: boolean }>(
    `SELECT (SELECT count(*)::integer FROM cost_fact) AS facts,
       (p.state = 'closed') = (r.status = 'final') AND (r.status = 'final') = (j.id IS NOT NULL)
         AND (p.state = 'closed') = EXISTS (SELECT FROM period_step_approval a WHERE a.run_id = r.id) AS one
     FROM period p JOIN allocation_run r ON r.period = p.code AND r.superseded_at IS NULL LEFT JOIN journal j ON j.run_id = r.id
     WHERE p.code = $1`,
    [MONTH],
  );
  return {
    facts: rows[0]?.facts ?? 0,
    totals: await totals(database),
    broken: (await verifyBooks(database, COSTING_CONSUMER, JOB_EVENTS)).firstBreak,
    isOneOfTwo: rows[0]?.one ?? false,
  };
}
