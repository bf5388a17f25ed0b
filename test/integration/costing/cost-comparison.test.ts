// Law of the comparison: whoever asks and however it is cut, a split is of exactly the two summaries, adds up to their
// difference, and is counted by the jobs and devices there were.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EVERYTHING, type Scope } from '../../../src/contracts/access.ts';
import { COST_ELEMENTS, type Dimension, DIMENSIONS } from '../../../src/contracts/costs.ts';
import { VOLUME_UNITS, type VarianceSplit } from '../../../src/contracts/http/cost-comparison.ts';
import { minorOf, type Money } from '../../../src/contracts/money.ts';
import { postFacts } from '../../../src/costing/facts.ts';
import type { NewFact } from '../../../src/costing/new-fact.ts';
import { seededRandom } from '../../../src/predictor/core/random.ts';
import { type ServiceWorld, startServiceWorld } from '../../support/service-world.ts';
import { addByTwo } from '../../support/two-people.ts';

const AT = '2026-06-15T12:00:00.000Z';
const PERIODS = ['2026-03', '2026-04', '2026-05'] as const;
const PRODUCTS = ['mri-15', 'ct-64', 'pump'] as const;
const CUSTOMERS = [
  { customer: 'renji', region: 'east' },
  { customer: 'xiehe', region: 'north' },
] as const;

let world: ServiceWorld;

const random = seededRandom(11);
const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
const jobs = Array.from({ length: 120 }, (_, index) => ({
  id: index + 1,
  product: pick(PRODUCTS),
  ...pick(CUSTOMERS),
  kind: pick(['corrective', 'preventive'] as const),
  period: pick(PERIODS),
}));

async function insertJobs(): Promise<void> {
  await world.database.query(
    `INSERT INTO work_order (kind, service_type, state, priority, device_id, title_en, title_zh, opened_at, opened_by,
       completed_at, product_line, product, customer, region, station)
     SELECT j->>'kind', 'on-site', 'completed', 'minor', 1, 'x', 'x', at, 'x', at, 'imaging', j->>'product', j->>'customer',
       j->>'region', 'sh'
     FROM jsonb_array_elements($1::jsonb) j, LATERAL (SELECT ((j->>'period') || '-11T00:00:00Z')::timestamptz AS at) day`,
    [JSON.stringify(jobs)],
  );
}

/** Work and parts of the jobs, some of it paid for in another month, and shared cost nobody has placed. */
function facts(): NewFact[] {
  const fact = (index: number, own: Partial<NewFact>): NewFact => ({
    amountMinor: BigInt(Math.floor(random() * 5_000_000) - 200_000),
    currency: 'CNY',
    element: pick(COST_ELEMENTS),
    quantityMilli: BigInt(250 * (1 + Math.floor(random() * 40))),
    unit: 'h',
    occurredOn: `${pick(PERIODS)}-20`,
    source: { type: pick(['labour', 'part', 'charge']), id: String(index) },
    idempotencyKey: `compare:${index}`,
    dimensions: {},
    workOrderId: null,
    pool: null,
    reversalOf: null,
    actor: 'x',
    note: null,
    ...own,
  });
  const ofJobs = jobs.flatMap(({ id, product, customer, region, kind, period }) =>
    [0, 1, 2].map((n) =>
      fact(id * 10 + n, {
        workOrderId: id,
        occurredOn: `${random() < 0.2 ? pick(PERIODS) : period}-20`,
        dimensions: {
          product_line: 'imaging',
          product,
          customer,
          region,
          maintenance_kind: kind,
          service_type: 'on-site',
        },
      }),
    ),
  );
  const shared = [1, 2, 3].map((n) => fact(9000 + n, { pool: 'platform', source: { type: 'manual', id: String(n) } }));
  return [...ofJobs, ...shared];
}

beforeAll(async () => {
  world = await startServiceWorld();
  await world.costing.allocation.createPool({ code: 'platform', name: { en: 'Platform', zh: '平台' } });
  await insertJobs();
  await world.database.transaction((tx) => postFacts(tx, AT, facts()));
  await world.costing.idle();
});
afterAll(() => world.close());

const minor = (money: Money | undefined): bigint => (money ? (minorOf(money) ?? 0n) : 0n);
const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n);
const EFFECTS = ['volume', 'mix', 'rate'] as const;

const SCOPES: readonly Scope[] = [
  EVERYTHING,
  { regions: ['east'], customers: null },
  { regions: null, customers: ['xiehe'] },
];
const filter = fc.constantFrom(
  '',
  'product:mri-15',
  'region:east',
  'element:parts',
  'maintenance-kind:corrective',
  'pool:platform',
);
const period = fc.constantFrom('2026-03', '2026-04', '2026-03..2026-04', '2026-04..2026-05', '2025-12');
const question = fc.record({
  by: fc.uniqueArray(fc.constantFrom<Dimension>(...DIMENSIONS.filter((one) => one !== 'period')), { maxLength: 3 }),
  period,
  against: period,
  filter,
  againstFilter: fc.option(filter, { nil: undefined }),
  volume: fc.constantFrom(...VOLUME_UNITS),
  values: fc.constantFrom<'merged' | 'as-posted'>('merged', 'as-posted'),
  scope: fc.constantFrom(...SCOPES),
});

const COUNTED: readonly string[] = ['jobs', 'hours', 'devices'];

type Question = typeof question extends fc.Arbitrary<infer T> ? T : never;

async function expectExactSplit({ by, againstFilter, scope, ...asked }: Question): Promise<void> {
  const { reads } = world.costing;
  const query = { ...asked, by: by.join(',') };
  const { split, before, after } = await reads.compare(
    { ...query, ...(againstFilter === undefined ? {} : { againstFilter }) },
    scope,
  );
  const { against, volume: _, ...own } = query;
  expect(after).toEqual(await reads.summary(own, scope));
  expect(before).toEqual(await reads.summary({ ...own, period: against, filter: againstFilter ?? own.filter }, scope));
  const found = split as VarianceSplit;
  expect(minor(found.difference)).toBe(minor(after.total) - minor(before.total));
  for (const effects of [found, ...found.groups]) {
    expect(sum(EFFECTS.map((effect) => minor(effects[effect])))).toBe(minor(effects.difference));
  }
  for (const amount of [...EFFECTS, 'difference'] as const) {
    expect(sum(found.groups.map((group) => minor(group[amount])))).toBe(minor(found[amount]));
  }
  for (const { keys, ...group } of found.groups) {
    for (const [side, summary] of Object.entries({ before, after })) {
      const row = by.length === 0 ? summary : summary.rows.find((one) => by.every((d) => one.keys[d] === keys[d]));
      expect(minor(group[side as 'before' | 'after'])).toBe(minor(row?.total));
    }
  }
  for (const group of found.groups) {
    for (const { quantity, n } of [group.beforeVolume, group.afterVolume]) {
      // Nobody measured it: no zero.
      if (quantity === null) expect(n).toBe(0);
      if (n === 0 && COUNTED.includes(asked.volume)) expect(quantity).toBe(0);
    }
  }
  const bare = found.groups.filter(
    ({ beforeVolume, afterVolume, before: was, after: is }) =>
      !beforeVolume.quantity && !afterVolume.quantity && (minor(was) !== 0n || minor(is) !== 0n),
  );
  expect(found.withoutVolume.groups).toBe(bare.length);
  expect(minor(found.withoutVolume.after)).toBe(sum(bare.map((group) => minor(group.after))));
  const shares = found.groups.map(({ cumulativeShare }) => cumulativeShare);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  if (shares.length > 0) expect(shares.at(-1)).toBeCloseTo(1, 5);
}

it('splits exactly the difference of the two summaries, whatever is held against what', {
  timeout: 120_000,
}, async () => {
  await fc.assert(fc.asyncProperty(question, expectExactSplit), { seed: 7, numRuns: 60 });
});

it('counts the finished jobs of each group, those of its scope and filter alone', async () => {
  const { reads } = world.costing;
  const scope: Scope = { regions: ['east'], customers: null };
  const { split } = await reads.compare(
    {
      by: 'product,element',
      period: '2026-05',
      against: '2026-03..2026-04',
      filter: 'maintenance-kind:corrective',
      volume: 'jobs',
    },
    scope,
  );
  const count = (product: string | null, periods: readonly string[]): number =>
    jobs.filter(
      (job) =>
        job.kind === 'corrective' &&
        job.region === 'east' &&
        periods.includes(job.period) &&
        (product === null || job.product === product),
    ).length;
  expect(split?.before).toEqual({
    quantity: count(null, ['2026-03', '2026-04']),
    n: count(null, ['2026-03', '2026-04']),
  });
  expect(split?.after.n).toBe(count(null, ['2026-05']));
  expect(split?.groups.length).toBeGreaterThan(3);
  for (const { keys, beforeVolume, afterVolume } of split?.groups ?? []) {
    expect(beforeVolume.n).toBe(count(keys['product'] ?? '', ['2026-03', '2026-04']));
    expect(afterVolume.n).toBe(count(keys['product'] ?? '', ['2026-05']));
  }
});

it('counts devices and their hours from the day they were installed, and says how', async () => {
  const { reads } = world.costing;
  const by = 'region';
  const asked = { by, period: '2026-06', against: '2026-05' };
  const devices = (await reads.compare({ ...asked, volume: 'devices' }, EVERYTHING)).split;
  expect([devices?.before, devices?.after]).toEqual([
    { quantity: 1, n: 1 },
    { quantity: 2, n: 2 },
  ]);
  const { split } = await reads.compare({ ...asked, volume: 'device-hours' }, EVERYTHING);
  // Up to now, noon of the 15th; the second device stands since the 10th.
  expect(split).toMatchObject({ basis: 'installed', before: { quantity: 744, n: 1 }, after: { quantity: 480, n: 2 } });
});

it('refuses to split by month, and stays a plain comparison without a unit', async () => {
  const { reads } = world.costing;
  const asked = { by: 'period', period: '2026-05', against: '2026-04' };
  await expect(reads.compare({ ...asked, volume: 'jobs' }, EVERYTHING)).rejects.toThrow(/by another dimension/);
  expect(Object.keys(await reads.compare(asked, EVERYTHING))).toEqual(['before', 'after']);
});

it('splits exactly where values were merged too', { timeout: 120_000 }, async () => {
  const { costing } = world;
  await addByTwo(costing.mappings, { dimension: 'customer', from: 'xiehe', to: 'renji', reason: 'one hospital' });
  await addByTwo(costing.mappings, {
    dimension: 'maintenance-kind',
    from: 'inspection',
    to: 'preventive',
    reason: 'one kind',
  });
  const compared = await costing.reads.compare(
    { by: 'customer', period: '2026-04', against: '2026-03', volume: 'jobs' },
    EVERYTHING,
  );
  expect(compared.split?.groups.some(({ keys }) => keys['customer'] === 'xiehe')).toBe(false);
  await fc.assert(fc.asyncProperty(question, expectExactSplit), { seed: 11, numRuns: 40 });
});
