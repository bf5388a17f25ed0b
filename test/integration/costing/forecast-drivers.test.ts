// The forecast by drivers over real rooms: an installed base that grows in steps, jobs and cost that follow it. It is chosen by its
// errors, says the units, jobs and cost it is made of, and where a cell has no units it says why it is not there.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVERYTHING, type Scope } from '../../../src/contracts/access.ts';
import type { ForecastSeries } from '../../../src/contracts/http/forecast.ts';
import { minorOf, type Money } from '../../../src/contracts/money.ts';
import { periodsBetween } from '../../../src/costing/core/periods.ts';
import { postFacts } from '../../../src/costing/facts.ts';
import type { NewFact } from '../../../src/costing/new-fact.ts';
import { seededRandom } from '../../../src/predictor/core/random.ts';
import { type ServiceWorld, startServiceWorld } from '../../support/service-world.ts';
import { addByTwo } from '../../support/two-people.ts';

const number = (money: Money): number => Number(minorOf(money) ?? 0n);
const NORTH: Scope = { regions: ['north'], customers: null };
const MONTHS = periodsBetween('2023-06', '2026-05');
/** Units of the east by the month before which they were installed; the last ones a month before the open one. */
const STEPS = [
  { installed: '2023-04-10', units: 20 },
  { installed: '2025-07-20', units: 40 },
  { installed: '2026-05-28', units: 60 },
];
const JOB_MINOR = 400_000n;
const unitsIn = (month: string): number =>
  STEPS.reduce((sum, step) => sum + (step.installed.slice(0, 7) < month ? step.units : 0), 0);

let world: ServiceWorld;
let jobs = 0;

const factOf = (month: string, workOrderId: number, kind: string): NewFact => ({
  amountMinor: JOB_MINOR,
  currency: 'CNY',
  element: 'labour',
  quantityMilli: 1000n,
  unit: 'h',
  occurredOn: `${month}-12`,
  source: { type: 'charge', id: `drivers-${workOrderId}` },
  idempotencyKey: `drivers:${workOrderId}`,
  dimensions: {
    product_line: 'imaging',
    product: 'mri-15',
    customer: 'renji',
    region: 'east',
    maintenance_kind: kind,
  },
  workOrderId,
  pool: null,
  reversalOf: null,
  actor: 'controller',
  note: null,
});

/** So many finished jobs of a kind, spread over the units. */
async function finishJobs(month: string, kind: string, count: number): Promise<NewFact[]> {
  const { rows } = await world.database.query<{ id: bigint }>(
    `INSERT INTO work_order (kind, service_type, state, priority, device_id, component, title_en, title_zh, opened_at, opened_by,
       completed_at, product_line, product, customer, contract, contract_type, region, station, finding_confirmed)
     SELECT $2, 'on-site', 'closed', 'minor', d.id, 'cold-head', 'Job', '工单', $3, 'planner', $3, 'imaging', 'mri-15', 'renji',
       'c-renji', 'uptime', 'east', 'sh', false
     FROM (SELECT id, row_number() OVER (ORDER BY code) AS n FROM device WHERE code LIKE 'GROW-%') d, generate_series(1, $1::integer) job
     WHERE d.n = 1 + job % 20 RETURNING id`,
    [count, kind, `${month}-12T00:00:00Z`],
  );
  jobs += rows.length;
  return rows.map(({ id }) => factOf(month, Number(id), kind));
}

beforeAll(async () => {
  world = await startServiceWorld();
  const { database } = world;
  await database.query("DELETE FROM device WHERE code = 'MRI-1'");
  for (const { installed, units } of STEPS) {
    await database.query(
      `INSERT INTO device (code, product_code, customer_code, contract_code, station_code, installed_on)
       SELECT 'GROW-' || $1::text || '-' || n, 'mri-15', 'renji', 'c-renji', 'sh', $1::date FROM generate_series(1, $2::integer) n`,
      [installed, units],
    );
  }
  const random = seededRandom(3);
  const facts: NewFact[] = [];
  for (const month of MONTHS) {
    const units = unitsIn(month);
    facts.push(...(await finishJobs(month, 'corrective', Math.round(units * (0.2 + 0.1 * random())))));
    facts.push(...(await finishJobs(month, 'preventive', Math.round(units * 0.1))));
  }
  await database.transaction((tx) => postFacts(tx, '2026-06-15T11:00:00.000Z', facts));
});
afterAll(() => world.close());

const forecast = (query: object, scope = EVERYTHING) => world.costing.forecasts.forecast(query, scope);
const maseOf = ({ forecast: found }: ForecastSeries, model: string): number =>
  found?.scores.find((score) => score.model === model)?.mase ?? Number.NaN;

describe('the forecast by drivers', () => {
  it('sees units that were just installed, and beats the others along the series', async () => {
    expect(jobs).toBeGreaterThan(200);
    const { total } = await forecast({ by: '', filter: 'customer:renji' });
    expect(total.forecast?.model).toBe('drivers');
    expect(maseOf(total, 'drivers')).toBeLessThan(0.7 * maseOf(total, 'seasonal-naive'));
    // Twice as many units as in the month before: who looks at cost alone says about half of it.
    const july = total.forecast?.months[1];
    const last = number(total.history.at(-1)?.amount as Money);
    expect(july && number(july.expected)).toBeGreaterThan(1.6 * last);
  });

  it('says the units, the jobs a unit and the cost of a job it is made of, with what they are of', async () => {
    const { total } = await forecast({ by: '', filter: 'customer:renji', horizon: 12 });
    expect(total).toMatchObject({ driversMissing: null, drivers: { units: 120, lookBackMonths: 12 } });
    const lines = total.drivers?.lines ?? [];
    expect(lines.map(({ side }) => side)).toEqual(['failure', 'planned']);
    for (const { amount, job } of lines) {
      expect(job?.cost).toEqual({ amount: '4000.00', currency: 'CNY' });
      expect(job?.aMonth).toBeCloseTo(120 * (job?.perUnit ?? 0), 6);
      expect(number(amount)).toBeCloseTo((job?.aMonth ?? 0) * 400_000, -2);
      expect(job?.n).toBeGreaterThan(30);
    }
    const perMonth = lines.reduce((sum, { amount }) => sum + number(amount), 0);
    const ahead = (total.forecast?.months ?? []).slice(1).map(({ expected }) => number(expected));
    // Lives that do not age: every month like the others.
    for (const amount of ahead) expect(Math.abs(amount / perMonth - 1)).toBeLessThan(0.01);
  });

  it('is there for every cell that has units, and says why elsewhere', async () => {
    const of = async (by: string, key: string) => (await forecast({ by })).groups.find(({ keys }) => keys[by] === key);
    for (const [by, key] of [
      ['product', 'mri-15'],
      ['product-line', 'imaging'],
      ['region', 'east'],
    ] as const) {
      expect((await of(by, key))?.forecast?.scores.map(({ model }) => model)).toContain('drivers');
    }
    const element = await of('element', 'labour');
    expect(element?.drivers?.lines.map(({ side }) => side)).toEqual(['failure', 'planned']);
    const kind = await of('maintenance-kind', 'preventive');
    expect(kind?.drivers?.lines.map(({ side }) => side)).toEqual(['planned']);
    const component = (await forecast({ by: 'component' })).groups[0];
    expect(component).toMatchObject({ drivers: null, driversMissing: 'dimension' });
    expect(component?.forecast?.scores.map(({ model }) => model)).not.toContain('drivers');
    const unmanned = await forecast({ by: '', filter: 'customer:renji,station:bj' });
    expect(unmanned.total).toMatchObject({ drivers: null, driversMissing: 'young' });
  });

  it('counts no unit that a person does not see', async () => {
    const { total } = await forecast({ by: '' }, NORTH);
    expect(total.drivers?.units ?? 0).toBe(0);
    expect((await forecast({ by: '' }, { regions: ['east'], customers: null })).total.drivers?.units).toBe(120);
  });

  it('follows units whose customer was merged into another', async () => {
    const unitsOf = async (customer: string) =>
      (await forecast({ by: 'customer' })).groups.find(({ keys }) => keys['customer'] === customer)?.drivers?.units;
    await world.database.query(`INSERT INTO customer VALUES ('ruijin', 'Ruijin', '瑞金医院', 'sjtu', '3A', 'east')`);
    await world.database.query(`UPDATE device SET customer_code = 'ruijin' WHERE code LIKE 'GROW-2025%'`);
    expect(await unitsOf('renji')).toBe(80);
    await addByTwo(world.costing.mappings, { dimension: 'customer', from: 'ruijin', to: 'renji', reason: 'merged' });
    expect(await unitsOf('renji')).toBe(120);
  });

  it('a job costs what finished ones cost, whatever jobs under way cost; of too few of them nothing is told', async () => {
    const linesOf = async (filter: string) =>
      (await forecast({ by: '', filter, horizon: 12 })).total.drivers?.lines ?? [];
    const { rows } = await world.database.query<{ id: bigint }>(
      `INSERT INTO work_order (kind, service_type, state, priority, device_id, title_en, title_zh, opened_at, opened_by,
         product_line, product, customer, contract, contract_type, region, station)
       SELECT 'corrective', 'on-site', 'on-site', 'minor', d.id, 'Job', '工单', '2026-05-02', 'planner', 'imaging', 'mri-15', 'renji',
         'c-renji', 'uptime', 'east', 'sh' FROM device d WHERE d.code LIKE 'GROW-%' LIMIT 3 RETURNING id`,
    );
    const [before] = await linesOf('customer:renji');
    const open = rows.map(({ id }) => ({ ...factOf('2026-05', Number(id), 'corrective'), amountMinor: 90_000_000n }));
    await world.database.transaction((tx) => postFacts(tx, '2026-06-15T11:00:00.000Z', open));
    const [line] = await linesOf('customer:renji');
    expect([line?.side, line?.job?.cost, line?.job?.n]).toEqual(['failure', before?.job?.cost, before?.job?.n]);
    expect(number(line?.rest as Money)).toBeGreaterThan(10_000_000);
    const product = Math.round((line?.job?.aMonth ?? 0) * number(line?.job?.cost as Money));
    expect(Math.abs(product + number(line?.rest as Money) - number(line?.amount as Money))).toBeLessThan(100);
    // One kind alone is of its own jobs: inspections are by plan too, and there were none.
    const kinds = (await forecast({ by: 'maintenance-kind' })).groups.flatMap(({ drivers }) => drivers?.lines ?? []);
    expect(kinds.map(({ finishedJobs }) => finishedJobs).every((n) => (n ?? 0) > 30)).toBe(true);

    await world.database.query(`UPDATE work_order SET completed_at = NULL WHERE kind = 'corrective' AND id NOT IN (
      SELECT id FROM work_order WHERE completed_at >= '2025-08-01' AND kind = 'corrective' LIMIT 4)`);
    expect(await linesOf('customer:renji')).toContainEqual(
      expect.objectContaining({ side: 'failure', job: null, finishedJobs: 4 }),
    );
  });
});
