// Margins to the end of 500 contracts by simulation, page by page as the list asks for them: all of them when nothing is remembered,
// again when everything is, a page of the list, and one contract alone. A page is held against the limit of a second.
import { parseArgs } from 'node:util';
import { EVERYTHING } from '../../src/contracts/access.ts';
import type { ContractMargin } from '../../src/contracts/http/contract-margins.ts';
import { type ContractMargins, createContractMargins } from '../../src/costing/contracts/contract-margins.ts';
import type { Costing } from '../../src/costing/costing.ts';
import type { Database } from '../../src/db/database.ts';
import { createSurvivalReads } from '../../src/predictor/survival/survival-reads.ts';
import { postCostHistory } from '../support/cost-history.ts';
import { chooseDatabase } from './choose-database.ts';
import { withCosting } from './open-costing.ts';

const CONTRACTS = 500;
const LIMIT_MS = 1_000;
const FROM = '2024-02';
const NOW = '2026-01-31T00:00:00.000Z';
const PAGE = 50;
/** About 0.85 of the customers' devices are under a contract, two to three lines each. */
const CUSTOMERS_A_CONTRACT = 0.45;
const DEVICES_A_CONTRACT = 6;
const FACTS_A_CONTRACT = 120;

/** The jobs the facts are of, finished on the day of the first of them; what failed or was foretold was found to be so. */
const JOBS = `
  INSERT INTO work_order (id, kind, service_type, state, priority, device_id, component, failure_mode, title_en, title_zh, opened_at,
    opened_by, failed_at, completed_at, downtime_minutes, finding_failure_mode, finding_confirmed, product_line, product, customer,
    customer_group, contract, contract_type, region, station)
  OVERRIDING SYSTEM VALUE
  SELECT f.work_order_id, maintenance_kind, service_type, 'closed', 'minor', d.id, component, mode.code, 'Job', '工单',
    occurred_on, 'bench', CASE maintenance_kind WHEN 'corrective' THEN occurred_on END, occurred_on + interval '8 hours', 240,
    mode.code, mode.code IS NOT NULL, product_line, product, customer, customer_group, contract, contract_type, region, station
  FROM (SELECT DISTINCT ON (work_order_id) * FROM cost_fact WHERE work_order_id IS NOT NULL ORDER BY work_order_id, id) f
  JOIN device d ON d.code = f.device JOIN product p ON p.code = d.product_code
  LEFT JOIN LATERAL (
    SELECT m->>'code' AS code FROM jsonb_array_elements(p.definition->'components') c, jsonb_array_elements(c->'failureModes') m
    WHERE c->>'code' = f.component AND f.maintenance_kind IN ('corrective', 'predictive') LIMIT 1) mode ON true`;

/** What ended lives, as the predictor keeps it. */
const FAILURES = `
  INSERT INTO known_failure (work_order_id, device_id, product_code, component, failure_mode, failed_at)
  SELECT id, device_id, product, component, finding_failure_mode, failed_at FROM work_order
  WHERE kind = 'corrective' AND finding_failure_mode IS NOT NULL`;

async function fill(database: Database, contracts: number): Promise<void> {
  await postCostHistory(database, {
    seed: 5,
    from: FROM,
    months: 24,
    facts: contracts * FACTS_A_CONTRACT,
    devices: contracts * DEVICES_A_CONTRACT,
    customers: Math.round(contracts * CUSTOMERS_A_CONTRACT),
    pools: 0,
  });
  await database.query(JOBS);
  await database.query(FAILURES);
  await database.query('ANALYZE');
}

const timed = async <T>(ask: () => Promise<T>): Promise<{ ms: number; value: T }> => {
  const startedMs = performance.now();
  const value = await ask();
  return { ms: Math.round((performance.now() - startedMs) * 10) / 10, value };
};

/** The first `count` of the list, page by page. */
async function listed(margins: ContractMargins, count: number): Promise<ContractMargin[]> {
  const found: ContractMargin[] = [];
  let cursor: string | null = null;
  do {
    const page = await margins.list(
      { limit: Math.min(PAGE, count - found.length), ...(cursor ? { cursor } : {}) },
      EVERYTHING,
    );
    found.push(...page.items);
    cursor = page.next;
  } while (cursor !== null && found.length < count);
  return found;
}

async function measure(database: Database, costing: Costing, count: number) {
  const open = (): ContractMargins => {
    const clock = { now: () => Date.parse(NOW) };
    const reads = createSurvivalReads(database, clock);
    const summary = costing.reads.summary.bind(costing.reads);
    return createContractMargins({ database, clock, summary, survival: (product) => reads.survival(product) });
  };
  // The cube holds the months, as it does while anybody looks at cost.
  await costing.reads.summary({ by: 'contract', period: `${FROM}..2026-01`, currency: 'CNY' }, EVERYTHING);
  const margins = open();
  const first = await timed(() => listed(margins, count));
  const again = await timed(() => listed(margins, count));
  const page = await timed(() => listed(open(), PAGE));
  const one = await timed(() => open().one(first.value[0]?.code ?? '', EVERYTHING));
  const simulated = first.value.filter(({ toEnd }) => toEnd !== null);
  return {
    contracts: first.value.length,
    simulated: simulated.length,
    drawsMean: Math.round(simulated.reduce((sum, { toEnd }) => sum + (toEnd?.basis.draws ?? 0), 0) / simulated.length),
    allMs: first.ms,
    allAgainMs: again.ms,
    pageMs: page.ms,
    oneMs: one.ms,
  };
}

export async function run(args: readonly string[]): Promise<void> {
  const options = { database: { type: 'string' }, contracts: { type: 'string' } } as const;
  const { values } = parseArgs({ args: [...args], options });
  chooseDatabase(values.database);
  await withCosting(NOW, async (database, costing) => {
    const count = Number(values.contracts ?? CONTRACTS);
    await fill(database, count);
    const figures = await measure(database, costing, count);
    const ratios = { pageToLimit: Math.round((figures.pageMs / LIMIT_MS) * 100) / 100 };
    console.log(JSON.stringify({ bench: 'contracts', database: database.edition.kind, figures, ratios }));
  });
}
