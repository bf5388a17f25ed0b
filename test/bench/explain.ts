// Where a pool's cost goes when it has 200,000 receivers: the level that lists them page by page, a page far down, one filtered, and
// one receiver opened; against reading all of them, as a list without pages would.
import { parseArgs } from 'node:util';
import { EVERYTHING } from '../../src/contracts/access.ts';
import type { ExplainQuery } from '../../src/contracts/http/cost-explain.ts';
import { runAllocation } from '../../src/costing/allocation-run.ts';
import type { Costing } from '../../src/costing/costing.ts';
import type { Database } from '../../src/db/database.ts';
import { postCostHistory } from '../support/cost-history.ts';
import { putInForce } from '../support/cycles.ts';
import { chooseDatabase } from './choose-database.ts';
import { withCosting } from './open-costing.ts';

const RECEIVERS = 200_000;
const FACTS = 2_000;
const ROUNDS = 5;
const PERIOD = '2026-01';
const AT = `${PERIOD}-31T00:00:00.000Z`;
const PAGE = 50;
const MAY_ALL = { jobs: true, alerts: true, telemetry: true };

const median = (times: number[]): number => Math.round(times.sort((a, b) => a - b)[times.length >> 1] ?? Number.NaN);

async function medianMs(ask: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const startedMs = performance.now();
    await ask();
    times.push(performance.now() - startedMs);
  }
  return median(times);
}

/** One pool shared out by installed devices. */
async function fill(database: Database, costing: Costing, receivers: number): Promise<string> {
  const history = { seed: 3, from: PERIOD, months: 1, facts: FACTS, devices: receivers, pools: 1, pooledShare: 0.5 };
  const { world } = await postCostHistory(database, history);
  const [pool = ''] = world.pools;
  await putInForce(costing.allocation, {
    code: 'overhead',
    version: 1,
    effectiveFrom: PERIOD,
    method: 'direct',
    segments: [{ pool, driver: 'installed-devices' }],
  });
  await database.transaction((tx) =>
    runAllocation(tx, { period: PERIOD, status: 'provisional', at: AT, reread: 'all' }),
  );
  await database.query('ANALYZE');
  return pool;
}

const readAll = (database: Database, pool: string) =>
  database.query(
    `SELECT c.id, placed.amount_minor, c.kind, c.code, c.work_order_id, c.device, c.customer
     FROM allocation_run r JOIN allocation_result a ON a.run_id = r.id
     CROSS JOIN LATERAL placed_by(a) AS placed
     JOIN cost_receiver c ON c.id = placed.receiver_id
     WHERE r.superseded_at IS NULL AND r.period = $1 AND a.pool = $2 AND a.element = 'overhead' ORDER BY amount_minor DESC, id DESC`,
    [PERIOD, pool],
  );

async function measure(database: Database, costing: Costing, pool: string) {
  const explain = (query: ExplainQuery) =>
    costing.reads.explain(
      { period: PERIOD, currency: 'CNY', limit: PAGE, ...query },
      { scope: EVERYTHING, may: MAY_ALL },
    );
  const path = `allocated/line~${PERIOD}~${pool}~overhead`;
  const cell = `pool:${pool}`;
  const first = await explain({ cell, path });
  const [receiver] = first.items;
  const { rows } = await database.query<{ region: string }>(
    `SELECT region FROM cost_receiver WHERE region IS NOT NULL LIMIT 1`,
  );
  return {
    receivers: first.sharedBy?.total?.receivers ?? 0,
    pageMs: await medianMs(() => explain({ cell, path })),
    nextPageMs: await medianMs(() => explain({ cell, path, ...(first.next === null ? {} : { cursor: first.next }) })),
    filteredPageMs: await medianMs(() => explain({ cell: `${cell},region:${rows[0]?.region}`, path })),
    receiverMs: await medianMs(() => explain({ cell, ...(receiver?.path ? { path: receiver.path } : {}) })),
    allRowsMs: await medianMs(() => readAll(database, pool)),
  };
}

export async function run(args: readonly string[]): Promise<void> {
  const options = { database: { type: 'string' }, receivers: { type: 'string' } } as const;
  const { values } = parseArgs({ args: [...args], options });
  chooseDatabase(values.database);
  await withCosting(AT, async (database, costing) => {
    const pool = await fill(database, costing, Number(values.receivers ?? RECEIVERS));
    const figures = await measure(database, costing, pool);
    const ratios = { pageToAllRows: Math.round((figures.pageMs / figures.allRowsMs) * 100) / 100 };
    console.log(JSON.stringify({ bench: 'explain', database: database.edition.kind, figures, ratios }));
  });
}
