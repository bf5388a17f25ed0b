import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EVERYTHING, type Scope } from '../../../src/contracts/access.ts';
import { COST_ELEMENTS, type Dimension, DIMENSIONS } from '../../../src/contracts/costs.ts';
import type { NewWorkOrder } from '../../../src/contracts/http/work-orders.ts';
import { minorOf, type Money } from '../../../src/contracts/money.ts';
import { postFacts } from '../../../src/costing/facts.ts';
import { seededRandom } from '../../../src/predictor/core/random.ts';
import { type ServiceWorld, startServiceWorld } from '../../support/service-world.ts';
import { addByTwo } from '../../support/two-people.ts';

let world: ServiceWorld;
beforeAll(async () => {
  world = await startServiceWorld();
});
afterAll(() => world.close());

const money = (amount: string) => ({ amount, currency: 'CNY' });
const totalMinor = (amounts: readonly Money[]): bigint =>
  amounts.reduce((sum, amount) => sum + (minorOf(amount) ?? 0n), 0n);

/** A job of one hour that costs 360.00 and is completed on `day` of `month`. */
async function job(
  day: number,
  body: Pick<NewWorkOrder, 'kind'> & Partial<NewWorkOrder>,
  confirmed: boolean | null,
  month = '2026-06',
) {
  const { commands } = world.service;
  const date = `${month}-${String(day).padStart(2, '0')}`;
  const { id } = await commands.open({ device: 'MRI-1', at: `${date}T00:00:00Z`, ...body }, 'x');
  const command = { workOrderId: id, actor: 'x' };
  await commands.transition(command, { to: 'approved', at: `${date}T00:00:00Z` });
  await commands.transition(command, { to: 'on-site', at: `${date}T01:00:00Z` });
  const span = { from: `${date}T01:00:00Z`, to: `${date}T02:00:00Z` };
  await commands.recordLabour(command, { engineer: 'wang', ...span, category: 'repair' });
  await commands.recordFinding(command, { failureMode: null, cause: null, remedy: null, confirmed });
  await commands.transition(command, { to: 'completed', at: `${date}T02:00:00Z`, downtimeMinutes: 90 });
}

it('estimates a fix from master data, and nothing from what is not there', async () => {
  const { economics } = world.costing;
  // Part + 2 people x 10 h x the station's mean of 275.00 + the assumed trip of 60 km and 72 min for two.
  const travel = (6000n * 180n) / 100n + 2n * 33_000n;
  const planned = 18_000_000n + 20n * 27_500n + travel;
  expect(await economics('MRI-1', 'cold-head', 'displacer-wear')).toEqual({
    plannedMinor: planned,
    unplannedMinor: 2n * planned + 24n * 100_000n,
    needlessMinor: travel + 2n * 27_500n,
    currency: 'CNY',
  });
  expect(await economics('MRI-1', 'cold-head', 'rust')).toBeNull();
  expect(await economics('MRI-9', 'cold-head', 'displacer-wear')).toBeNull();
});

it('holds preventive against reactive, and counts what predictions were worth with n', async () => {
  const mode = { component: 'cold-head', failureMode: 'displacer-wear' };
  await job(2, { kind: 'predictive', ...mode }, true);
  await job(3, { kind: 'predictive', ...mode }, false);
  await job(4, { kind: 'predictive', ...mode }, null);
  await job(5, { kind: 'preventive' }, null);
  await job(6, { kind: 'corrective' }, true);
  await job(7, { kind: 'installation' }, null);
  await world.costing.idle();
  const value = await world.costing.reads.maintenanceValue({ period: '2026-05..2026-06' }, EVERYTHING);
  const deviceHours = 31 * 24 + 14.5 * 24 + 5.5 * 24;
  expect(value.months.map((month) => month.period)).toEqual(['2026-05', '2026-06']);
  expect(value.preventive).toEqual({
    cost: money('1440.00'),
    byElement: [{ element: 'labour', cost: money('1440.00') }],
    jobs: 4,
    downtimeHours: 6,
    costPerDeviceHour: money((1440 / deviceHours).toFixed(2)),
  });
  expect(value.months[1]?.reactive).toMatchObject({ cost: money('360.00'), jobs: 1, downtimeHours: 1.5 });
  expect(value.months[0]?.reactive).toMatchObject({ cost: money('0.00'), jobs: 0 });
  const estimate = await world.costing.economics('MRI-1', 'cold-head', 'displacer-wear');
  const gross = (estimate?.unplannedMinor ?? 0n) - 36_000n;
  expect(value.avoidance).toEqual({
    gross: money((Number(gross) / 100).toFixed(2)),
    falseAlarmCost: money('360.00'),
    net: money((Number(gross - 36_000n) / 100).toFixed(2)),
    truePositives: 1,
    falsePositives: 1,
    censored: 1,
    // The job nobody can judge cost 360.00, which the conservative figure takes for needless.
    conservative: {
      net: money((Number(gross - 72_000n) / 100).toFixed(2)),
      confirmed: 1,
      undecidedCost: money('360.00'),
    },
  });
});

it('gives each month its own avoidance and elements, which add up to the whole to the last minor unit', async () => {
  const mode = { component: 'cold-head', failureMode: 'displacer-wear' };
  await job(20, { kind: 'predictive', ...mode }, true, '2026-05');
  await job(21, { kind: 'predictive', ...mode }, false, '2026-05');
  await job(22, { kind: 'corrective' }, true, '2026-05');
  await world.costing.idle();
  const value = await world.costing.reads.maintenanceValue({ period: '2026-04..2026-06' }, EVERYTHING);
  const { months, avoidance } = value;
  expect(months.map((month) => month.avoidance.truePositives)).toEqual([0, 1, 1]);
  expect(months.map((month) => month.avoidance.falsePositives)).toEqual([0, 1, 1]);
  expect(months.map((month) => month.avoidance.censored)).toEqual([0, 0, 1]);
  expect(months[0]?.avoidance.net).toEqual(money('0.00'));
  for (const amount of ['gross', 'falseAlarmCost', 'net'] as const) {
    expect(totalMinor(months.map((month) => month.avoidance[amount]))).toBe(minorOf(avoidance[amount]));
  }
  for (const amount of ['net', 'undecidedCost'] as const) {
    expect(totalMinor(months.map((month) => month.avoidance.conservative[amount]))).toBe(
      minorOf(avoidance.conservative[amount]),
    );
  }
  for (const side of ['preventive', 'reactive'] as const) {
    expect(totalMinor(months.map((month) => month[side].cost))).toBe(minorOf(value[side].cost));
    for (const { cost, byElement } of [value[side], ...months.map((month) => month[side])]) {
      expect(totalMinor(byElement.map((part) => part.cost))).toBe(minorOf(cost));
    }
  }
});

it('answers for any dimension of jobs, and refuses those a job has not', async () => {
  const { reads } = world.costing;
  const period = '2026-06';
  const north = await reads.maintenanceValue({ period, filter: 'region:north' }, EVERYTHING);
  expect(north.preventive).toMatchObject({ jobs: 0, costPerDeviceHour: money('0.00') });
  expect((await reads.maintenanceValue({ period, filter: 'engineer:wang' }, EVERYTHING)).preventive.cost).toEqual(
    money('1440.00'),
  );
  await expect(reads.maintenanceValue({ period, filter: 'element:parts' }, EVERYTHING)).rejects.toThrow(
    /cannot be compared/,
  );
});

/** Cost of every kind of maintenance and of none, in two currencies, and shared cost that nobody placed. */
async function postCosts(): Promise<void> {
  const random = seededRandom(5);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const kinds = [
    'preventive',
    'predictive',
    'inspection',
    'corrective',
    'remote-support',
    'installation',
    null,
  ] as const;
  const facts = Array.from({ length: 300 }, (_, index) => {
    const isShared = random() < 0.05;
    const [customer, region] = pick([['renji', 'east'] as const, ['xiehe', 'north'] as const]);
    return {
      amountMinor: BigInt(Math.floor(random() * 4_000_000) - 300_000),
      currency: random() < 0.1 ? 'USD' : 'CNY',
      element: pick(COST_ELEMENTS),
      quantityMilli: 1000n,
      unit: '1',
      occurredOn: `2026-0${4 + Math.floor(random() * 3)}-09`,
      source: { type: isShared ? 'manual' : 'charge', id: String(index) },
      idempotencyKey: `value:${index}`,
      dimensions: isShared
        ? {}
        : {
            product: pick(['mri-15', 'ct-64']),
            customer,
            region,
            maintenance_kind: pick(kinds),
            component: pick(['cold-head', null]),
          },
      workOrderId: null,
      pool: isShared ? 'office' : null,
      reversalOf: null,
      actor: 'x',
      note: null,
    };
  });
  await world.costing.allocation.createPool({ code: 'office', name: { en: 'Office', zh: '办公' } });
  const rate = { currency: 'USD', against: 'CNY', rate: '7.123456', effectiveFrom: '2026-05-01' };
  await addByTwo(world.costing.exchangeRates, rate);
  await world.database.transaction((tx) => postFacts(tx, '2026-06-15T12:00:00Z', facts));
  await world.costing.idle();
}

it('has both sides and what is neither add up to the pivot, by month and by any dimension', {
  timeout: 120_000,
}, async () => {
  await postCosts();
  const { reads } = world.costing;
  const jobDimensions = DIMENSIONS.filter((one) => !['element', 'period', 'pool'].includes(one));
  const scopes: readonly Scope[] = [
    EVERYTHING,
    { regions: ['east'], customers: null },
    { regions: null, customers: ['xiehe'] },
  ];
  const asked = fc.record({
    by: fc.uniqueArray(fc.constantFrom<Dimension>(...jobDimensions), { maxLength: 3 }),
    period: fc.constantFrom('2026-04', '2026-04..2026-06', '2026-05..2026-06', '2025-11'),
    filter: fc.constantFrom('', 'product:mri-15', 'region:north', 'maintenance-kind:corrective', 'component:cold-head'),
    cost: fc.constantFrom<'full' | 'direct'>('full', 'direct'),
    scope: fc.constantFrom(...scopes),
  });
  await fc.assert(
    fc.asyncProperty(asked, async ({ by, scope, ...own }) => {
      const { cost, ...query } = own;
      const value = await reads.maintenanceValue({ ...own, by: by.join(',') }, scope);
      const summary = await reads.summary({ ...query, by: by.join(',') }, scope);
      const of = (row: { direct: Money; total: Money }): Money => (cost === 'direct' ? row.direct : row.total);
      expect(value.total).toEqual(of(summary));
      for (const part of [value, ...value.months, ...value.groups]) {
        expect(totalMinor([part.preventive.cost, part.reactive.cost, part.neither.cost])).toBe(minorOf(part.total));
      }
      expect(totalMinor(value.months.map(({ total }) => total))).toBe(minorOf(value.total));
      if (by.length === 0) return;
      expect(totalMinor(value.groups.map(({ total }) => total))).toBe(minorOf(value.total));
      expect(
        value.groups.reduce(
          (n, { preventive, reactive, neither }) => n + preventive.jobs + reactive.jobs + neither.jobs,
          0,
        ),
      ).toBe(value.preventive.jobs + value.reactive.jobs + value.neither.jobs);
      expect(totalMinor(value.groups.map(({ avoidance }) => avoidance.conservative.net))).toBe(
        minorOf(value.avoidance.conservative.net),
      );
      // Amounts of two currencies are rounded to add up to their whole, so one row alone may be a unit off.
      for (const row of summary.rows) {
        const group = value.groups.find(({ keys }) => by.every((one) => keys[one] === row.keys[one]));
        const off = totalMinor(group ? [group.total] : []) - (minorOf(of(row)) ?? 0n);
        expect(off >= -8n && off <= 8n).toBe(true);
      }
    }),
    { seed: 3, numRuns: 40 },
  );
});

const metricOf = (code: string, unit: string, kind: string, expectedIntervalS: number) => ({
  code,
  name: { en: code, zh: code },
  unit,
  kind,
  expectedIntervalS,
});

async function measureBy(metrics: readonly ReturnType<typeof metricOf>[]): Promise<void> {
  const { database } = world;
  await database.query(`UPDATE product SET definition = jsonb_set(definition, '{metrics}', $1)`, [
    JSON.stringify(metrics),
  ]);
  const codes = metrics.map(({ code }) => code);
  await database.query('INSERT INTO metric (code) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING', [codes]);
}

const tell = (device: string, metric: string, readings: readonly (readonly [at: string, value: number])[]) =>
  world.database.query(
    `INSERT INTO reading (device_id, metric_id, measured_at, received_at, value)
     SELECT d.id, k.id, r.at, r.at, r.value FROM device d, metric k, unnest($3::timestamptz[], $4::float8[]) r(at, value)
     WHERE d.code = $1 AND k.code = $2`,
    [device, metric, readings.map(([at]) => at), readings.map(([, value]) => value)],
  );

const hoursOf = async (period: string) => {
  const value = await world.costing.reads.maintenanceValue({ period, by: 'device' }, EVERYTHING);
  return { ...value, of: (device: string) => value.groups.find(({ keys }) => keys['device'] === device)?.deviceHours };
};
const hours = (source: 'operating' | 'heard' | 'installed', told: number, devices = 1) => ({
  hours: told,
  basis: source,
  bySource: { operating: 0, heard: 0, installed: 0, [source]: told },
  devices,
});

it('counts the hours devices ran by their own meter where they have one, and says so', async () => {
  await measureBy([metricOf('run_hours', 'h', 'counter', 60)]);
  // 5,000 h on the last of April; 5,040 on 2 May; reset, and 8 h since on 5 May.
  await tell('MRI-1', 'run_hours', [
    ['2026-04-30T10:00:00Z', 5000],
    ['2026-05-02T10:00:00Z', 5040],
    ['2026-05-05T10:00:00Z', 8],
  ]);
  const value = await hoursOf('2026-05..2026-06');
  expect(value.months.map(({ deviceHours }) => deviceHours)).toEqual([
    hours('operating', 48),
    // Silent in June: installed, as the second one.
    hours('installed', 20 * 24, 2),
  ]);
  const mixed = { basis: 'mixed', bySource: { operating: 48, heard: 0, installed: 480 } };
  expect(value.deviceHours).toEqual({ hours: 528, ...mixed, devices: 2 });
  expect(value.of('MRI-1')).toEqual({
    hours: 48 + 14.5 * 24,
    basis: 'mixed',
    bySource: { operating: 48, heard: 0, installed: 14.5 * 24 },
    devices: 1,
  });
});

it('counts by what a device was heard of, or by a state that says it ran, where it has no hour meter', async () => {
  await measureBy([metricOf('pressure', 'kPa', 'gauge', 3600), metricOf('mode', '', 'state', 7200)]);
  // Ten readings of an hour each on one day, thirty on another: a day has no more than its hours.
  const every = (minutes: number, n: number, day: string): (readonly [string, number])[] =>
    Array.from({ length: n }, (_, index) => [
      new Date(Date.parse(`${day}T00:00:00Z`) + index * minutes * 60_000).toISOString(),
      index % 4 === 0 ? 1 : 0,
    ]);
  await tell('MRI-1', 'pressure', [...every(60, 10, '2026-05-11'), ...every(40, 30, '2026-05-12')]);
  expect((await hoursOf('2026-05')).of('MRI-1')).toEqual(hours('heard', 10 + 24));
  // Nothing was heard in June: never zero hours.
  expect((await hoursOf('2026-06')).of('MRI-1')).toEqual(hours('installed', 14.5 * 24));
  // Told every hour whether it runs: a quarter of twenty hours.
  await measureBy([metricOf('pressure', 'kPa', 'gauge', 60), metricOf('running', '', 'boolean', 3600)]);
  await tell('MRI-1', 'running', every(60, 20, '2026-05-20'));
  const value = await hoursOf('2026-05');
  expect(value.of('MRI-1')).toEqual(hours('operating', 5));
  const group = value.groups.find(({ keys }) => keys['device'] === 'MRI-1');
  const { cost, costPerDeviceHour } = group?.reactive ?? {};
  expect(costPerDeviceHour).toEqual(money((Number(cost?.amount) / 5).toFixed(2)));
});
