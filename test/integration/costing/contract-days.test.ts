// A contract runs from its first day to its last, both among them: it earns its whole price, is listed and shares cost on its last day,
// and may be as short as a day. What it earned before any cost is known stands apart.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EVERYTHING } from '../../../src/contracts/access.ts';
import type { ContractMargins } from '../../../src/costing/contracts/contract-margins.ts';
import { readDriver } from '../../../src/costing/drivers.ts';
import { postFacts } from '../../../src/costing/facts.ts';
import { openContractMargins } from '../../support/contract-margins.ts';
import { type ServiceWorld, startServiceWorld } from '../../support/service-world.ts';
import { reverseByTwo } from '../../support/two-people.ts';

type Told = readonly [code: string, startsOn: string, endsOn: string, priceMinor: bigint, pricePer: string];

/** Each has ended before the world's today, 15 June 2026. */
const CONTRACTS: readonly Told[] = [
  ['R-YEAR', '2025-01-01', '2025-12-31', 120_000n, 'year'],
  ['R-LEAP', '2024-01-01', '2024-12-31', 120_000n, 'year'],
  ['R-MONTH', '2026-01-15', '2026-04-14', 10_000n, 'month'],
  ['R-TERM', '2025-01-01', '2025-12-31', 100_000n, 'term'],
  ['R-DAY', '2026-06-15', '2026-06-15', 9_900n, 'term'],
  ['R-OVER', '2026-06-01', '2026-06-14', 9_900n, 'term'],
];

let world: ServiceWorld;
let margins: ContractMargins;

const posted = (key: string, occurredOn: string) =>
  world.database.transaction((tx) =>
    postFacts(tx, '2026-06-15T12:00:00Z', [
      {
        amountMinor: 100n,
        currency: 'CNY',
        element: 'overhead',
        quantityMilli: 1000n,
        unit: '1',
        occurredOn,
        source: { type: 'manual', id: key },
        idempotencyKey: key,
        dimensions: {},
        workOrderId: null,
        pool: null,
        reversalOf: null,
        actor: 'x',
        note: null,
      },
    ]),
  );

beforeAll(async () => {
  world = await startServiceWorld();
  margins = openContractMargins(world);
  for (const told of CONTRACTS) {
    await world.database.query(
      `INSERT INTO contract (code, customer_code, type, starts_on, ends_on, price_minor, currency, price_per)
       VALUES ($1, 'renji', 'full-service', $2, $3, $4, 'CNY', $5)`,
      [...told],
    );
  }
});
afterAll(() => world.close());

const revenueOf = async (code: string) => (await margins.one(code, EVERYTHING)).toDate;

it('counts no day while no cost is known, then those from the first one on, and says what came before', async () => {
  expect(await revenueOf('R-YEAR')).toMatchObject({
    to: null,
    revenue: { total: { amount: '0.00' } },
    earnedBefore: { amount: '1200.00' },
    share: null,
  });
  await posted('half', '2025-07-01');
  const half = await revenueOf('R-YEAR');
  expect(half).toMatchObject({ from: '2025-07-01', to: '2025-12-31' });
  const [counted, before] = [half.revenue.total.amount, half.earnedBefore?.amount];
  expect(Number(counted) + Number(before)).toBeCloseTo(1200, 9);
  // 181 of 365 days lie before July.
  expect(before).toBe('595.07');
  await posted('whole', '2023-12-31');
  // What was taken back tells of no cost.
  const [wrong] = await posted('mistake', '2022-01-01');
  await reverseByTwo(world.costing, wrong?.id ?? 0, 'typed wrong');
  expect(await revenueOf('R-LEAP')).toMatchObject({ from: '2024-01-01', earnedBefore: null });
});

it('has earned its whole price at the end of its last day', async () => {
  const earned = await Promise.all(
    CONTRACTS.map(async ([code]) => [code, (await revenueOf(code)).revenue.total.amount]),
  );
  expect(Object.fromEntries(earned)).toEqual({
    'R-YEAR': '1200.00',
    'R-LEAP': '1200.00',
    'R-MONTH': '300.00',
    'R-TERM': '1000.00',
    'R-DAY': '99.00',
    'R-OVER': '99.00',
  });
  expect(await revenueOf('R-MONTH')).toMatchObject({ from: '2026-01-15', to: '2026-04-14' });
});

it('runs on its last day and no longer', async () => {
  const { items } = await margins.list({}, EVERYTHING);
  const codes = items.map(({ code }) => code);
  expect(codes).toContain('R-DAY');
  expect(codes).not.toContain('R-OVER');
  expect(items.find(({ code }) => code === 'R-DAY')).toMatchObject({ startsOn: '2026-06-15', endsOn: '2026-06-15' });
});

it('takes its share of cost by revenue for its last day too', async () => {
  const shareOf = async (period: string, code: string): Promise<bigint> => {
    const question = { driver: 'contract-revenue', period, currency: 'CNY' } as const;
    const { receiverIds, quantitiesMilli } = await readDriver(world.database, question);
    const { rows } = await world.database.query<{ id: number }>(
      `SELECT id FROM cost_receiver WHERE kind = 'contract' AND code = $1`,
      [code],
    );
    return BigInt(quantitiesMilli[receiverIds.indexOf(rows[0]?.id ?? -1)] ?? 0);
  };
  // The term in thousandths: 1,000.00 spread over 365 days, 31 of them in December.
  expect(await shareOf('2025-12', 'R-TERM')).toBe((1_000_000n * 31n + 182n) / 365n);
  expect(await shareOf('2026-06', 'R-DAY')).toBe(99_000n);
  expect(await shareOf('2026-01', 'R-TERM')).toBe(0n);
});
