// Pools that serve each other, to their receivers: our sparse exact solution beside the same in SQL, round after round until
// less than a minor unit is on its way, and beside a dense factorisation with ml-matrix.
import { LuDecomposition, Matrix } from 'ml-matrix';
import { allocate, type AllocationPool } from '../../src/costing/core/allocation.ts';
import { seededRandom } from '../../src/predictor/core/random.ts';
import { openTestDatabase } from '../support/database.ts';
import { chooseDatabase } from './choose-database.ts';

const SERVICES = 8;
/** What a pool keeps for its own receivers, at least. */
const END_SHARE = 0.25;
const OURS_TIMES = 15;

interface Network {
  pools: AllocationPool[];
  own: Map<string, number[]>;
}

function networkOf(size: number, pairs: number): Network {
  const random = seededRandom(7);
  const perPool = Math.max(1, Math.round(pairs / size));
  const whole = (limit: number): number => 1 + Math.floor(random() * limit);
  const keyOf = (index: number): string => `p${String(index).padStart(6, '0')}`;
  const own = new Map<string, number[]>();
  const pools = Array.from({ length: size }, (_, index) => {
    const weights = Float64Array.from({ length: perPool }, () => whole(8_000));
    const endWeight = weights.reduce((sum, weight) => sum + weight, 0);
    own.set(keyOf(index), [whole(50_000_000)]);
    return {
      key: keyOf(index),
      ends: {
        receiverIds: Int32Array.from({ length: perPool }, () => whole(pairs)),
        weights,
        unusedWeight: 0,
      },
      endWeight: BigInt(endWeight),
      services: Array.from({ length: SERVICES }, () => ({
        pool: keyOf(Math.floor(random() * size)),
        weight: BigInt(Math.round((endWeight * (1 / END_SHARE - 1) * random()) / SERVICES)),
      })),
    };
  });
  return { pools, own };
}

const rounded = (value: number): number => Math.round(value * 1000) / 1000;
const clocked = <T>(work: () => T): { result: T; ms: number } => {
  const startMs = performance.now();
  const result = work();
  return { result, ms: performance.now() - startMs };
};

/** Final amounts of the receivers by a dense factorisation, in doubles, unrounded. */
function dense({ pools, own }: Network): number {
  const position = new Map(pools.map(({ key }, index) => [key, index]));
  const outputs = pools.map(
    ({ services, endWeight, key }) =>
      Number(endWeight) + services.reduce((sum, { pool, weight }) => sum + (pool === key ? 0 : Number(weight)), 0),
  );
  const matrix = Matrix.eye(pools.length, pools.length);
  pools.forEach(({ services, key }, from) => {
    for (const { pool, weight } of services) {
      const to = position.get(pool) as number;
      if (pool !== key) matrix.set(to, from, matrix.get(to, from) - Number(weight) / (outputs[from] as number));
    }
  });
  const gross = new LuDecomposition(matrix).solve(Matrix.columnVector(pools.map(({ key }) => own.get(key)?.[0] ?? 0)));
  let placed = 0;
  pools.forEach(({ ends }, index) => {
    const rate = gross.get(index, 0) / (outputs[index] as number);
    for (const weight of ends.weights) placed += weight * rate;
  });
  return placed;
}

/** The same by SQL: every round sends on what arrived in the one before. Answers with what was placed, and the rounds. */
async function bySql(network: Network): Promise<{ placed: number; rounds: number; ms: number; database: string }> {
  const database = await openTestDatabase();
  try {
    const { pools, own } = network;
    const serving = pools.flatMap(({ key, services }) =>
      services
        .filter(({ pool }) => pool !== key)
        .map(({ pool, weight }) => ({ from: key, to: pool, weight: Number(weight) })),
    );
    const ending = pools.flatMap(({ key, ends }) =>
      [...ends.weights].map((weight, k) => ({ pool: key, receiver: ends.receiverIds[k] as number, weight })),
    );
    const outputs = new Map(pools.map(({ key, endWeight }) => [key, Number(endWeight)]));
    for (const { from, weight } of serving) outputs.set(from, (outputs.get(from) as number) + weight);
    const shareOf = (pool: string, weight: number): number => weight / (outputs.get(pool) as number);
    await database.query(
      'CREATE TABLE bench_own AS SELECT * FROM unnest($1::text[], $2::float8[]) AS x (pool, amount)',
      [[...own.keys()], [...own.values()].map(([amount]) => amount)],
    );
    await database.query(
      'CREATE TABLE bench_service AS SELECT * FROM unnest($1::text[], $2::text[], $3::float8[]) AS x (from_pool, to_pool, share)',
      [serving.map((s) => s.from), serving.map((s) => s.to), serving.map((s) => shareOf(s.from, s.weight))],
    );
    await database.query(
      'CREATE TABLE bench_end AS SELECT * FROM unnest($1::text[], $2::integer[], $3::float8[]) AS x (pool, receiver, share)',
      [ending.map((e) => e.pool), ending.map((e) => e.receiver), ending.map((e) => shareOf(e.pool, e.weight))],
    );
    await database.query('ANALYZE bench_own; ANALYZE bench_service; ANALYZE bench_end');
    const startMs = performance.now();
    // A recursive query may not add up what arrives from several pools, so the recursion is a loop that does.
    await database.query(`
      CREATE FUNCTION bench_rounds() RETURNS integer LANGUAGE plpgsql AS $$
      DECLARE rounds integer := 0;
      BEGIN
        CREATE TEMPORARY TABLE bench_gross ON COMMIT DROP AS SELECT pool, amount FROM bench_own;
        CREATE TEMPORARY TABLE bench_moving ON COMMIT DROP AS SELECT pool, amount FROM bench_own;
        LOOP
          CREATE TEMPORARY TABLE bench_next ON COMMIT DROP AS
            SELECT s.to_pool AS pool, sum(m.amount * s.share) AS amount
            FROM bench_moving m JOIN bench_service s ON s.from_pool = m.pool GROUP BY s.to_pool;
          UPDATE bench_gross g SET amount = g.amount + n.amount FROM bench_next n WHERE n.pool = g.pool;
          DROP TABLE bench_moving;
          ALTER TABLE bench_next RENAME TO bench_moving;
          rounds := rounds + 1;
          EXIT WHEN (SELECT coalesce(sum(abs(amount)), 0) FROM bench_moving) < 1 OR rounds > 10000;
        END LOOP;
        CREATE TABLE bench_placed AS SELECT e.pool, e.receiver, g.amount * e.share AS amount
          FROM bench_gross g JOIN bench_end e ON e.pool = g.pool;
        RETURN rounds;
      END $$`);
    const { rows } = await database.query<{ rounds: number }>('SELECT bench_rounds() AS rounds');
    const ms = performance.now() - startMs;
    const placed = await database.query<{ placed: number }>('SELECT sum(amount) AS placed FROM bench_placed');
    return { placed: placed.rows[0]?.placed ?? 0, rounds: rows[0]?.rounds ?? 0, ms, database: database.edition.kind };
  } finally {
    await database.close();
  }
}

export async function run(args: readonly string[]): Promise<void> {
  const option = (name: string, fallback: number): number =>
    args.includes(name) ? Number(args[args.indexOf(name) + 1]) : fallback;
  chooseDatabase(args.includes('--database') ? args[args.indexOf('--database') + 1] : undefined);
  const size = option('--pools', 2_000);
  const network = networkOf(size, option('--pairs', 200_000));
  const ours = () => clocked(() => allocate({ method: 'reciprocal', elements: ['overhead'], ...network }));
  const first = ours();
  const later = Array.from({ length: OURS_TIMES }, () => ours().ms);
  const ms = later.sort((a, b) => a - b)[Math.floor(OURS_TIMES / 2)] as number;
  const results = first.result.pools;
  const placed = results.reduce(
    (sum, { amountsMinor }) => sum + amountsMinor.reduce((all, amount) => all + amount, 0),
    0,
  );
  const own = [...network.own.values()].reduce((sum, [amount = 0]) => sum + amount, 0);
  const lu = clocked(() => dense(network));
  const sql = await bySql(network);
  const figures = {
    pools: size,
    pairs: results.reduce((sum, { receiverIds }) => sum + receiverIds.length, 0),
    oursMs: rounded(ms),
    oursFirstMs: rounded(first.ms),
    denseMs: rounded(lu.ms),
    sqlMs: rounded(sql.ms),
    sqlRounds: sql.rounds,
    oursOffByMinor: placed - own,
    denseOffByMinor: rounded(lu.result - own),
    sqlOffByMinor: rounded(sql.placed - own),
  };
  const ratios = { denseToOurs: rounded(lu.ms / ms), sqlToOurs: rounded(sql.ms / ms) };
  console.log(JSON.stringify({ bench: 'reciprocal', database: sql.database, figures, ratios }));
}
