// How many cost facts a second are posted, a batch a transaction, with few and with many there; beside it one fact a
// transaction, as a single event posts them.
import { parseArgs } from 'node:util';
import { postFacts } from '../../src/costing/facts.ts';
import { seededRandom } from '../../src/predictor/core/random.ts';
import { costFacts, postCostHistory } from '../support/cost-history.ts';
import { foundCostWorld, planCostWorld } from '../support/cost-world.ts';
import { openTestDatabase } from '../support/database.ts';
import { chooseDatabase } from './choose-database.ts';

const FACTS = 1_000_000;
const SINGLE = 500;
const AT = '2026-11-28T12:00:00.000Z';

export async function run(args: readonly string[]): Promise<void> {
  const options = { database: { type: 'string' }, facts: { type: 'string' } } as const;
  const { values } = parseArgs({ args: [...args], options });
  chooseDatabase(values.database);
  const facts = Number(values.facts ?? FACTS);
  const history = { seed: 8, from: '2024-12', months: 24, facts, lanes: 2 };
  const database = await openTestDatabase();
  try {
    const startedMs = performance.now();
    let firstTenthMs = 0;
    const { posted } = await postCostHistory(database, history, (done) => {
      if (firstTenthMs === 0 && done >= facts / 10) firstTenthMs = performance.now() - startedMs;
    });
    const allMs = performance.now() - startedMs;
    const plan = { random: seededRandom(1), devices: 50, customers: 5, stations: 6, engineers: 6, pools: 0 };
    const world = planCostWorld(plan);
    await foundCostWorld(database, world);
    const more = { seed: 9, from: '2026-11', months: 1, facts: SINGLE, firstWorkOrder: 100_000_000 };
    const single = [...costFacts(more, world)].flat();
    const singleMs = performance.now();
    for (const fact of single) await database.transaction((tx) => postFacts(tx, AT, [fact]));
    const figures = {
      postedFacts: posted,
      batchedPerS: Math.round((posted / allMs) * 1000),
      firstTenthPerS: Math.round((facts / 10 / firstTenthMs) * 1000),
      singlePerS: Math.round((single.length / (performance.now() - singleMs)) * 1000),
    };
    const ratios = { wholeToFirstTenth: Math.round((figures.batchedPerS / figures.firstTenthPerS) * 100) / 100 };
    console.log(JSON.stringify({ bench: 'post-facts', database: database.edition.kind, figures, ratios }));
  } finally {
    await database.close();
  }
}
