// The full run of a month: seconds and peak memory of the process that does it, and how both grow with ten times the facts.
import { openTestDatabase } from '../support/database.ts';
import { startChild } from './child.ts';
import { chooseDatabase } from './choose-database.ts';
import { LEVELS, PERIOD, postMonth } from './cost-month.ts';

interface Measured {
  database: string;
  facts: number;
  seconds: number;
  peakMiB: number;
  rows: number;
  amounts: number;
}

const rounded = (value: number): number => Math.round(value * 100) / 100;

async function measure(facts: number, pools: number): Promise<Measured> {
  const database = await openTestDatabase();
  try {
    const posted = await postMonth(database, facts, pools);
    await database.query('ANALYZE cost_fact');
    const child = startChild('./allocation-run-child.ts');
    const taken = await child.ask<{ seconds: number; peakMiB: number }>('run', database.target);
    await child.end();
    const { rows } = await database.query<{ rows: number; amounts: number }>(
      `SELECT count(*)::integer AS rows, sum(cardinality(e.receiver_ids))::integer AS amounts
       FROM allocation_run r JOIN allocation_result a ON a.run_id = r.id
       LEFT JOIN allocation_ends e ON e.run_id = a.run_id AND e.hash = a.ends WHERE r.period = $1`,
      [PERIOD],
    );
    return {
      database: database.edition.kind,
      facts: posted,
      ...taken,
      rows: rows[0]?.rows ?? 0,
      amounts: rows[0]?.amounts ?? 0,
    };
  } finally {
    await database.close();
  }
}

export async function run(args: readonly string[]): Promise<void> {
  const option = (name: string, fallback: number): number =>
    args.includes(name) ? Number(args[args.indexOf(name) + 1]) : fallback;
  chooseDatabase(args.includes('--database') ? args[args.indexOf('--database') + 1] : undefined);
  const facts = option('--facts', 1_000_000);
  const pools = option('--pools', 200);
  const small = await measure(Math.round(facts / 10), pools);
  const large = await measure(facts, pools);
  const figures = {
    pools,
    levels: LEVELS,
    facts: large.facts,
    resultRows: large.rows,
    amounts: large.amounts,
    wholeS: rounded(large.seconds),
    peakMiB: large.peakMiB,
    tenthFacts: small.facts,
    tenthS: rounded(small.seconds),
    tenthPeakMiB: small.peakMiB,
  };
  const ratios = { wholeToTenth: rounded(large.seconds / small.seconds) };
  console.log(JSON.stringify({ bench: 'allocation-run', database: large.database, figures, ratios }));
}
