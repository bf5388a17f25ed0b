// Any two dimensions crossed over two years: every pair, asked as the API asks, against the plain GROUP BY over the same
// lines, and against a tenth of the facts. Refused pairs (more rows than a person can look at) are counted apart. And what the first
// question after a start waits for: every fact read for the first time, and what was kept in columns after that.
import { parseArgs } from 'node:util';
import { EVERYTHING } from '../../src/contracts/access.ts';
import { DIMENSIONS, type Dimension } from '../../src/contracts/costs.ts';
import { Problem } from '../../src/contracts/problems.ts';
import { periodOf } from '../../src/contracts/time.ts';
import { runAllocation } from '../../src/costing/allocation-run.ts';
import { COST_LINES } from '../support/cost-lines.ts';
import { startCosting } from '../../src/costing/costing.ts';
import { type CostCube, createCostCube } from '../../src/costing/cube/cost-cube.ts';
import { COLUMN_OF } from '../../src/costing/dimension-columns.ts';
import { costSummary } from '../../src/costing/summary.ts';
import type { Database } from '../../src/db/database.ts';
import { startEventLog } from '../../src/db/event-log.ts';
import { survivalAt } from '../../src/predictor/survival/survival-reads.ts';
import { type CostHistory, postCostHistory, spanOf } from '../support/cost-history.ts';
import { putInForce } from '../support/cycles.ts';
import { openTestDatabase, silentLog } from '../support/database.ts';
import { chooseDatabase } from './choose-database.ts';

const FACTS = 5_000_000;
const ROUNDS = 3;
/** Pairs that the database groups beside us, spread over all. */
const PLAIN_PAIRS = 8;
/** As screens ask when nothing is chosen. */
const HALF_YEAR = 6;
const CURRENCY = 'CNY';

const quantile = (times: readonly number[], share: number): number =>
  [...times].sort((a, b) => a - b)[Math.max(0, Math.ceil(times.length * share) - 1)] ?? Number.NaN;
const tenth = (value: number): number => Math.round(value * 10) / 10;
const seconds = (fromMs: number): number => tenth((performance.now() - fromMs) / 1000);

const shiftedBack = (period: string, months: number): string => {
  const [year = 0, month = 1] = period.split('-').map(Number);
  return periodOf(Date.UTC(year, month - 1 - months));
};

const PAIRS = DIMENSIONS.flatMap((a, i) => DIMENSIONS.slice(i + 1).map((b) => [a, b] as const));

/** The history, its shared cost placed on the installed devices month by month. */
async function fill(database: Database, history: CostHistory): Promise<number> {
  const startedMs = performance.now();
  const { world, posted } = await postCostHistory(database, history, (done) => {
    if (history.facts > 500_000 && done % 500_000 < 5_000) console.log(`  ${done} facts, ${seconds(startedMs)} s`);
  });
  const perS = Math.round(posted / ((performance.now() - startedMs) / 1000));
  console.log(`${posted} facts posted, ${perS}/s`);
  const clock = { now: () => Date.parse('2026-12-01T00:00:00Z') };
  const eventLog = await startEventLog({ database, log: silentLog() });
  const costing = await startCosting({
    database,
    eventLog,
    clock,
    log: silentLog(),
    currency: CURRENCY,
    survivalAt: survivalAt(database),
    isFollowing: false,
  });
  const segments = world.pools.map((pool) => ({ pool, driver: 'installed-devices' as const }));
  const cycle = { code: 'overhead', version: 1, effectiveFrom: history.from, method: 'direct' as const, segments };
  await putInForce(costing.allocation, cycle);
  const { rows } = await database.query<{ code: string }>('SELECT code FROM period ORDER BY code');
  for (const { code } of rows) {
    await database.transaction((tx) =>
      runAllocation(tx, { period: code, status: 'provisional', at: '2026-12-01T00:00:00.000Z', reread: 'all' }),
    );
  }
  await costing.close();
  await eventLog.close();
  await database.query('ANALYZE');
  return perS;
}

interface Asked {
  times: number[];
  refused: number;
  slowest: string;
}

async function askAll(database: Database, cube: CostCube, period: string): Promise<Asked> {
  const defaults = { period, currency: CURRENCY };
  const asked: Asked = { times: [], refused: 0, slowest: '' };
  let worstMs = 0;
  for (const pair of Array.from({ length: ROUNDS }, () => PAIRS).flat()) {
    const startedMs = performance.now();
    try {
      await costSummary({ database, cube }, { by: pair.join(','), period }, EVERYTHING, defaults);
      const takenMs = performance.now() - startedMs;
      asked.times.push(takenMs);
      if (takenMs > worstMs) [worstMs, asked.slowest] = [takenMs, `${pair.join(' x ')}: ${tenth(takenMs)} ms`];
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      asked.refused += 1 / ROUNDS;
    }
  }
  return asked;
}

async function plainMs(database: Database, [a, b]: readonly [Dimension, Dimension], period: string): Promise<number> {
  const [from, to = from] = period.split('..');
  const startedMs = performance.now();
  await database.query(
    `SELECT ${COLUMN_OF[a]} AS a, ${COLUMN_OF[b]} AS b, origin, sum(amount_minor), count(*) FROM ${COST_LINES} GROUP BY 1, 2, 3
     ORDER BY 4 DESC LIMIT 10000`,
    [from, to, CURRENCY],
  );
  return performance.now() - startedMs;
}

/** Until a process that just started has answered its first question over a period. */
async function firstAnswerS(database: Database, cube: CostCube, period: string): Promise<number> {
  const startedMs = performance.now();
  await costSummary({ database, cube }, { by: 'element', period }, EVERYTHING, { period, currency: CURRENCY });
  return seconds(startedMs);
}

interface Measured {
  database: string;
  asked: Asked;
  /** Reading every fact. */
  loadS: number;
  /** Reading what is kept, of all months and of the last six. */
  loadKeptS: number;
  loadKeptHalfYearS: number;
  postedPerS: number;
  megabytes: number;
  lines: number;
  plain: number[];
}

async function measure(facts: number, plainPairs: number): Promise<Measured> {
  const history = {
    seed: 8,
    from: '2024-12',
    months: 24,
    facts,
    devices: Math.max(50, Math.round(facts / 1_000)),
    lanes: 2,
  };
  const database = await openTestDatabase();
  try {
    const postedPerS = await fill(database, history);
    const period = spanOf(history);
    const [, last = ''] = period.split('..');
    const onFailed = (error: unknown): void => console.error(error);
    const cube = createCostCube({ database, keep: { onFailed } });
    const loadS = await firstAnswerS(database, cube, period);
    console.log(`${cube.lines()} lines in memory after ${loadS} s, ${Math.round(cube.bytes() / 1e6)} MB`);
    await cube.kept();
    const loadKeptS = await firstAnswerS(database, createCostCube({ database }), period);
    const halfYear = `${shiftedBack(last, HALF_YEAR - 1)}..${last}`;
    const loadKeptHalfYearS = await firstAnswerS(database, createCostCube({ database }), halfYear);
    console.log(`after a start ${loadKeptS} s, the last six months ${loadKeptHalfYearS} s`);
    const asked = await askAll(database, cube, period);
    console.log(
      `p50 ${tenth(quantile(asked.times, 0.5))} ms, p95 ${tenth(quantile(asked.times, 0.95))} ms; slowest ${asked.slowest}`,
    );
    const plain: number[] = [];
    for (let i = 0; i < plainPairs; i += 1) {
      const pair = PAIRS[Math.floor((i * PAIRS.length) / plainPairs)];
      if (pair) plain.push(await plainMs(database, pair, period));
    }
    const kind = database.edition.kind;
    return {
      database: kind,
      asked,
      loadS,
      loadKeptS,
      loadKeptHalfYearS,
      postedPerS,
      megabytes: cube.bytes() / 1e6,
      lines: cube.lines(),
      plain,
    };
  } finally {
    await database.close();
  }
}

export async function run(args: readonly string[]): Promise<void> {
  const options = { database: { type: 'string' }, facts: { type: 'string' } } as const;
  const { values } = parseArgs({ args: [...args], options });
  chooseDatabase(values.database);
  const facts = Number(values.facts ?? FACTS);
  const tenthOfIt = await measure(Math.round(facts / 10), 0);
  const whole = await measure(facts, PLAIN_PAIRS);
  const figures = {
    facts,
    lines: whole.lines,
    pairs: PAIRS.length,
    refusedPairs: Math.round(whole.asked.refused),
    p50Ms: tenth(quantile(whole.asked.times, 0.5)),
    p95Ms: tenth(quantile(whole.asked.times, 0.95)),
    p95TenthMs: tenth(quantile(tenthOfIt.asked.times, 0.95)),
    plainP50Ms: tenth(quantile(whole.plain, 0.5)),
    loadS: whole.loadS,
    loadKeptS: whole.loadKeptS,
    loadKeptHalfYearS: whole.loadKeptHalfYearS,
    cubeMegabytes: Math.round(whole.megabytes),
    postedPerS: whole.postedPerS,
  };
  const ratios = {
    p95ToTenth: tenth(figures.p95Ms / figures.p95TenthMs),
    loadKeptToLoad: Math.round((figures.loadKeptS / figures.loadS) * 1000) / 1000,
    p50ToPlain: Math.round((figures.p50Ms / figures.plainP50Ms) * 10_000) / 10_000,
  };
  console.log(JSON.stringify({ bench: 'cost-pivot', database: whole.database, figures, ratios }));
}
