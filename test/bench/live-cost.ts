// One new fact to updated totals in the database, with a full month behind it: a direct fact, one in a pool, and hours of work that
// move a driver. Measured from the begin of the posting to the commit of the run, without the worker's wait for company.
import { runAllocation } from '../../src/costing/allocation-run.ts';
import { createRunMemory } from '../../src/costing/run-memory.ts';
import { postFacts } from '../../src/costing/facts.ts';
import type { NewFact } from '../../src/costing/new-fact.ts';
import { openTestDatabase } from '../support/database.ts';
import { chooseDatabase } from './choose-database.ts';
import { PERIOD, postMonth } from './cost-month.ts';

const AT = `${PERIOD}-31T00:00:00.000Z`;
const WARM_UP = 5;
/** What one fact may take. */
const LIMIT_MS = 50;
const KINDS = ['direct', 'pool', 'driver'] as const;

const quantile = (times: readonly number[], share: number): number =>
  Math.round(([...times].sort((a, b) => a - b)[Math.ceil(times.length * share) - 1] ?? Number.NaN) * 100) / 100;

function factOf(
  kind: (typeof KINDS)[number],
  key: number,
  pool: string,
  like: { work_order_id: bigint; region: string },
): NewFact {
  const isShared = kind === 'pool';
  return {
    amountMinor: BigInt(12_345 + key),
    currency: 'CNY',
    element: isShared ? 'overhead' : kind === 'driver' ? 'labour' : 'freight',
    quantityMilli: 750n,
    unit: kind === 'driver' ? 'h' : '1',
    occurredOn: `${PERIOD}-15`,
    source: { type: isShared ? 'manual' : kind === 'driver' ? 'labour' : 'charge', id: `bench-${key}` },
    idempotencyKey: `bench:${kind}:${key}`,
    dimensions: isShared ? {} : { region: like.region },
    workOrderId: isShared ? null : Number(like.work_order_id),
    pool: isShared ? pool : null,
    reversalOf: null,
    actor: 'bench',
    note: null,
  };
}

export async function run(args: readonly string[]): Promise<void> {
  const option = (name: string, fallback: number): number =>
    args.includes(name) ? Number(args[args.indexOf(name) + 1]) : fallback;
  chooseDatabase(args.includes('--database') ? args[args.indexOf('--database') + 1] : undefined);
  const pools = option('--pools', 200);
  const times = option('--times', 100);
  const database = await openTestDatabase();
  try {
    const facts = await postMonth(database, option('--facts', 1_000_000), pools);
    await database.query('ANALYZE cost_fact');
    const memory = createRunMemory();
    const refresh = (reread: 'all' | 'moved') =>
      database.transaction((tx) =>
        runAllocation(tx, {
          period: PERIOD,
          status: 'provisional',
          at: AT,
          reread: reread === 'all' ? 'all' : new Set(),
          memory,
        }),
      );
    await refresh('all');
    const { rows: jobs } = await database.query<{ work_order_id: bigint; region: string }>(
      `SELECT work_order_id, min(region) AS region FROM cost_fact WHERE source_type = 'labour' GROUP BY 1 ORDER BY 1 LIMIT 500`,
    );
    const { rows: last } = await database.query<{ pool: string }>(
      'SELECT max(pool) AS pool FROM allocation_result WHERE placed_minor <> 0',
    );
    const figures: Record<string, number> = { facts, pools, times };
    for (const kind of KINDS) {
      const taken: number[] = [];
      for (let i = 0; i < times + WARM_UP; i += 1) {
        const like = jobs[i % jobs.length] as (typeof jobs)[number];
        const fact = factOf(kind, i, last[0]?.pool ?? '', like);
        const startMs = performance.now();
        await database.transaction((tx) => postFacts(tx, AT, [fact]));
        await refresh('moved');
        if (i >= WARM_UP) taken.push(performance.now() - startMs);
      }
      figures[`${kind}P50Ms`] = quantile(taken, 0.5);
      figures[`${kind}P95Ms`] = quantile(taken, 0.95);
    }
    const slowest = Math.max(...KINDS.map((kind) => figures[`${kind}P95Ms`] ?? 0));
    const ratios = { slowestToLimit: Math.round((slowest / LIMIT_MS) * 100) / 100 };
    console.log(JSON.stringify({ bench: 'live-cost', database: database.edition.kind, figures, ratios }));
  } finally {
    await database.close();
  }
}
