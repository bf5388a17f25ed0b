// The forecast and the budget over real rooms: totals are those of the pivot, the open month is told as posted and to come, a
// budget needs two people and whole rows, and what a person does not see is in nothing they are told.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVERYTHING, type Scope } from '../../../src/contracts/access.ts';
import type { BudgetUse } from '../../../src/contracts/http/budgets.ts';
import { minorOf, type Money } from '../../../src/contracts/money.ts';
import { postFacts } from '../../../src/costing/facts.ts';
import type { NewFact } from '../../../src/costing/new-fact.ts';
import { nextPeriod, periodsBetween } from '../../../src/costing/core/periods.ts';
import { seededRandom } from '../../../src/predictor/core/random.ts';
import { type ServiceWorld, startServiceWorld } from '../../support/service-world.ts';
import { addByTwo } from '../../support/two-people.ts';

const minor = (money: Money | null | undefined): bigint => (money ? (minorOf(money) ?? 0n) : 0n);
const EAST: Scope = { regions: ['east'], customers: null };

let world: ServiceWorld;
let facts = 0;
const fact = (month: string, region: string, element: NewFact['element'], amountMinor: bigint): NewFact => ({
  amountMinor,
  currency: 'CNY',
  element,
  quantityMilli: 1000n,
  unit: '1',
  occurredOn: `${month}-10`,
  source: { type: 'charge', id: String((facts += 1)) },
  idempotencyKey: `forecast:${facts}`,
  dimensions: { region, customer: region === 'east' ? 'renji' : 'xiehe' },
  workOrderId: null,
  pool: null,
  reversalOf: null,
  actor: 'controller',
  note: null,
});

/** Three and a half years with a season in the east; five months in the north. The world's clock is at 2026-06-15. */
beforeAll(async () => {
  world = await startServiceWorld();
  const random = seededRandom(5);
  const posted: NewFact[] = [];
  for (let month = '2023-01', i = 0; month <= '2026-06'; month = nextPeriod(month), i += 1) {
    const level = 1_000_000 + 300_000 * Math.sin((2 * Math.PI * i) / 12) + 60_000 * (random() - 0.5);
    posted.push(fact(month, 'east', 'parts', BigInt(Math.round(month === '2026-06' ? level / 2 : level))));
    if (month >= '2026-02') posted.push(fact(month, 'north', 'labour', 200_000n));
  }
  await world.database.transaction((tx) => postFacts(tx, '2026-06-15T11:00:00.000Z', posted));
});
afterAll(() => world.close());

const forecast = (query: object, scope = EVERYTHING) => world.costing.forecasts.forecast(query, scope);

describe('the forecast', () => {
  it('has the history of the pivot to the minor unit, as a whole and in its parts', async () => {
    const answer = await forecast({ by: 'region', horizon: 12 });
    const all = await world.costing.reads.summary({ by: '', period: '2021-06..2026-06' }, EVERYTHING);
    const sumOf = (series: (typeof answer)['total']) =>
      series.history.reduce((sum, { amount }) => sum + minor(amount), minor(series.posted));
    expect(sumOf(answer.total)).toBe(minor(all.total));
    expect(answer.groups.reduce((sum, group) => sum + sumOf(group), 0n)).toBe(minor(all.total));
    expect(answer.groups.map(({ keys }) => keys['region'])).toEqual(['east', 'north']);
    expect(answer).toMatchObject({ openMonth: '2026-06', currency: 'CNY', leftOut: 0 });
  });

  it('finds the season, says how each model did, and starts with the open month: posted, and what is still to come', async () => {
    const [east, north] = (await forecast({ by: 'region' })).groups;
    const found = east?.forecast;
    expect(found?.months.map(({ period }) => period).slice(0, 2)).toEqual(['2026-06', '2026-07']);
    expect(found?.months).toHaveLength(12);
    expect(['seasonal-naive', 'holt-winters']).toContain(found?.model);
    expect(found?.scores.map(({ model }) => model)).toEqual(['seasonal-naive', 'mean', 'damped-trend', 'holt-winters']);
    const mase = (model: string) => found?.scores.find((score) => score.model === model)?.mase ?? 0;
    expect(mase('mean')).toBeGreaterThan(2 * mase(found?.model ?? ''));
    expect(found?.coverage.n).toBeGreaterThan(30);
    const open = found?.months[0];
    expect(minor(open?.low)).toBeGreaterThanOrEqual(minor(east?.posted));
    // Four months over: too few to say anything.
    expect(north).toMatchObject({ forecast: null });
    expect(north?.history).toHaveLength(4);
  });

  it('is cut to what a person sees', async () => {
    const { total, groups } = await forecast({ by: 'region' }, EAST);
    expect(groups.map(({ keys }) => keys['region'])).toEqual(['east']);
    expect(total.history).toEqual(groups[0]?.history);
    await expect(forecast({ by: 'period' })).rejects.toThrow(/leave period out/);
  });
});

const months2026 = Array.from({ length: 12 }, (_, i) => `2026-${String(i + 1).padStart(2, '0')}`);
const table = (rows: string[]) => ({
  code: 'fy26',
  currency: 'CNY',
  text: ['region,' + months2026.join(','), ...rows].join('\n'),
});
const row = (region: string, amount: string) => `${region},${months2026.map(() => amount).join(',')}`;

describe('a budget', () => {
  it('is written whole or not at all, and every row that is refused is named', async () => {
    const { budgets } = world.costing;
    const bad = await budgets.importTable(
      table([row('east', '9500'), row('north', '-1'), 'west,1', row('east', '1')]),
      'an',
    );
    expect(bad.budget).toBeNull();
    expect(bad.refused.map((one) => [one.row, one.reason.en])).toEqual([
      [3, '-1: a budget is not below zero'],
      [4, '2 cells where the head has 13'],
      [5, '2026-01 of the same part is in row 2'],
    ]);
    expect(await budgets.list()).toEqual([]);
    const unknown = await budgets.importTable(
      { code: 'fy26', currency: 'CNY', text: 'planet,month,amount\nmars,2026-01,1' },
      'an',
    );
    expect(unknown.refused[0]?.reason.en).toMatch(/"planet" is no column/);
    const nowhere = await budgets.importTable(
      {
        code: 'fy26',
        currency: 'CNY',
        text: '区域\t成本要素\t月份\t金额\neast\tlabour\t2026/11\t¥1,200\nnowhere\tlabour\t2026/11\t5\n=cmd\t\t2026/12\t5\neast\tgold\t2026/11\t1.234',
      },
      'an',
    );
    expect(nowhere.budget).toBeNull();
    expect(nowhere.refused.map((one) => [one.row, one.reason.zh])).toEqual([
      [3, '区域 nowhere 不存在，请填写已有的代码'],
      [4, '区域 =cmd 不存在，请填写已有的代码'],
      [5, expect.stringMatching(/“1.234”可能是 1234，也可能是 1.23/)],
    ]);
    const asked = ['region:east', 'region:nowhere', 'element:gold'].map((filter) => ({
      filter,
      period: '2026-11',
      amount: { amount: '1', currency: 'CNY' },
    }));
    await expect(budgets.create({ code: 'fy26', lines: asked }, 'an')).rejects.toThrow(
      'lines[1]: There is no region nowhere; write a code that exists; lines[2]: There is no cost element gold',
    );
    const old = await budgets.importTable({ code: 'fy26', currency: 'CNY', text: 'month,amount\n1000-01,1' }, 'an');
    expect(old.refused[0]?.reason.en).toMatch(/1000-01 lies before 2000-01.*check the year/);
    const lines = [{ filter: '', period: '1000-01', amount: { amount: '1', currency: 'CNY' } }];
    await expect(async () => budgets.create({ code: 'fy26', lines }, 'an')).rejects.toThrow(
      /lines\[0\]: 1000-01 lies before/,
    );
  });

  it('counts once a second person has put it in force', async () => {
    const { budgets } = world.costing;
    const { budget } = await budgets.importTable(
      table([row('east', '9500'), row('north', '3,000'.replace(',', ''))]),
      'an',
    );
    expect(budget).toMatchObject({ version: 1, lines: 24, isInForce: false, from: '2026-01', to: '2026-12' });
    expect((await budgets.consumption({}, EVERYTHING)).budget).toBeNull();
    await expect(budgets.activate({ code: 'fy26', version: 1 }, 'an', null)).rejects.toThrow(/second person/);
    expect(await budgets.activate({ code: 'fy26', version: 1 }, 'bo', 'agreed')).toMatchObject({ isInForce: true });
    await expect(budgets.activate({ code: 'fy26', version: 1 }, 'bo', null)).rejects.toThrow(/already/);
    for (const statement of ['UPDATE budget_line SET amount_minor = 0', 'DELETE FROM budget_activation']) {
      await expect(world.database.query(statement)).rejects.toThrow(/append-only/);
    }
  });

  it('is told as used up, projected, and with the day it will be passed, the largest overrun first', async () => {
    const { rows, budget, outOfScope } = await world.costing.budgets.consumption({}, EVERYTHING);
    expect([budget?.code, outOfScope, rows.map(({ part }) => part)]).toEqual([
      'fy26',
      0,
      [{ region: 'east' }, { region: 'north' }],
    ]);
    const [east, north] = rows;
    const spent = await world.costing.reads.summary(
      { by: '', period: '2026-01..2026-06', filter: 'region:east' },
      EVERYTHING,
    );
    expect(east?.spent).toEqual(spent.total);
    expect(east?.consumed).toBeCloseTo(Number(spent.total.amount) / (12 * 9500), 6);
    // About 120,000 comes in a year where 114,000 is there.
    expect(minor(east?.projected?.expected)).toBeGreaterThan(minor(east?.budget));
    expect(minor(east?.overrun)).toBe(minor(east?.projected?.expected) - minor(east?.budget));
    expect(east?.crossing.expected).toMatch(/^2026-1[012]-/);
    expect(east?.probability).toBeGreaterThan(0.5);
    expect(east?.crossing.earliest?.localeCompare(east.crossing.expected ?? '')).toBeLessThanOrEqual(0);
    // Too young to be projected: no guess.
    expect(north).toMatchObject({
      projected: null,
      overrun: null,
      probability: null,
      historyMonths: 4,
      isOverLimit: false,
    });
    expect(east?.months.map(({ period }) => period)).toEqual(months2026);
  });

  it('shows nobody a line that concerns more than they see', async () => {
    const { rows, outOfScope } = await world.costing.budgets.consumption({}, EAST);
    expect([rows.map(({ part }) => part), outOfScope]).toEqual([[{ region: 'east' }], 1]);
  });

  it('knows what open jobs are likely to cost, from jobs like them', async () => {
    const [east] = (await world.costing.budgets.consumption({}, EVERYTHING)).rows;
    expect(east?.committed).toMatchObject({ jobs: 0, amount: { amount: '0.00', currency: 'CNY' } });
    const { commands } = world.service;
    const finished = await commands.open(
      { device: 'MRI-1', kind: 'inspection', at: '2026-06-01T00:00:00Z' },
      'planner',
    );
    const asked = { workOrderId: finished.id, actor: 'planner' };
    await commands.transition(asked, { to: 'approved', at: '2026-06-01T01:00:00Z' });
    const [from, to] = ['2026-06-01T08:00:00Z', '2026-06-01T10:00:00Z'];
    await commands.recordLabour(asked, { engineer: 'li', from, to, category: 'test' });
    await world.costing.idle();
    await world.database.query(`UPDATE work_order SET state = 'completed', completed_at = '2026-06-02' WHERE id = $1`, [
      finished.id,
    ]);
    const cost = await world.costing.reads.summary(
      { by: '', filter: `work-order:${finished.id}`, period: '2026-06' },
      EVERYTHING,
    );
    for (const kind of ['inspection', 'preventive'] as const) {
      await commands.open({ device: 'MRI-1', kind, at: '2026-06-10T00:00:00Z' }, 'planner');
    }
    const after = (await world.costing.budgets.consumption({}, EVERYTHING)).rows.find(
      ({ part }) => part['region'] === 'east',
    );
    // One like the finished one; of the other kind there is none to go by.
    expect(after?.committed).toEqual({ amount: cost.total, jobs: 2, pastJobs: 1, unknown: 1 });
  });
});

const NOTHING_SEEN: Scope = { regions: [], customers: null };

describe('a budget of other months, currencies or values', () => {
  const inForce = async (code: string, currency: string, text: string) => {
    const { budget, refused } = await world.costing.budgets.importTable({ code, currency, text }, 'an');
    expect(refused).toEqual([]);
    await world.costing.budgets.activate({ code, version: budget?.version ?? 0 }, 'bo', null);
    return world.costing.budgets.consumption({ code }, EVERYTHING);
  };

  it('that ends farther ahead than a forecast reaches is followed to there, and says what is left out', async () => {
    const far = await inForce(
      'five-years',
      'CNY',
      ['region,month,amount', ...periodsBetween('2026-01', '2030-12').map((month) => `east,${month},9000`)].join('\n'),
    );
    // June 2026 and the 23 months after it.
    expect([far.from, far.to, far.monthsAhead, far.monthsLeftOut]).toEqual(['2026-01', '2028-05', 24, 31]);
    const [east] = far.rows;
    expect(minor(east?.budget)).toBe(29n * 900_000n);
    expect(minor(east?.projected?.expected)).toBeGreaterThan(minor(east?.spent) + 20n * 900_000n);
    expect(east?.crossing.expected?.localeCompare('2028-06')).toBeLessThan(0);
    const beyond = await inForce('later', 'CNY', 'region,month,amount\neast,2029-01,9000');
    expect(beyond).toMatchObject({ rows: [], monthsLeftOut: 1, from: '2029-01', to: '2029-01' });
  });

  it('of months that are all to come is projected for them alone', async () => {
    const months = periodsBetween('2027-01', '2027-12');
    const next = await inForce(
      'fy27',
      'CNY',
      ['region,month,amount', ...months.map((m) => `east,${m},9000`)].join('\n'),
    );
    const [east] = next.rows;
    expect(minor(east?.spent)).toBe(0n);
    expect(east?.model).not.toBeNull();
    // A year like the ones before: about 120,000.
    expect(Number(east?.projected?.expected.amount)).toBeGreaterThan(105_000);
    expect(Number(east?.projected?.expected.amount)).toBeLessThan(135_000);
    const { low, expected, high } = east?.projected ?? { low: null, expected: null, high: null };
    expect(minor(low)).toBeLessThan(minor(expected));
    expect(minor(high)).toBeGreaterThan(minor(expected));
    expect(east?.months.every(({ spent, projected }) => spent === null && projected !== null)).toBe(true);
    expect(east?.crossing.expected).toMatch(/^2027-/);
  });

  it('in another currency counts what has a rate, and names what has none', async () => {
    const text = 'region,month,amount\neast,2026-05,1500\neast,2026-06,1500';
    const before = await inForce('euro', 'EUR', text);
    expect(before.notConverted.map(({ amount }) => amount.currency)).toContain('CNY');
    expect(before.rows[0]).toMatchObject({ spent: { amount: '0.00', currency: 'EUR' }, projected: null });
    const rate = { currency: 'CNY', against: 'EUR', rate: '0.125', effectiveFrom: '2020-01-01' };
    await addByTwo(world.costing.exchangeRates, rate);
    const after = await world.costing.budgets.consumption({ code: 'euro' }, EVERYTHING);
    expect(after.notConverted).toEqual([]);
    const inYuan = await world.costing.reads.summary(
      { by: '', period: '2026-05..2026-06', filter: 'region:east' },
      EVERYTHING,
    );
    expect(Number(after.rows[0]?.spent.amount)).toBeCloseTo(Number(inYuan.total.amount) / 8, 1);
    expect(after.rows[0]?.projected?.expected.currency).toBe('EUR');
    expect((await world.costing.budgets.consumption({ code: 'euro' }, NOTHING_SEEN)).rows).toEqual([]);
  });

  it('follows values that were merged: their lines are one, under the value that stands for them', async () => {
    const before = await inForce(
      'people',
      'CNY',
      'customer,month,amount\nrenji,2026-05,9000\nxiehe,2026-05,3000\nxiehe,2026-06,1000',
    );
    const sumOf = (rows: readonly BudgetUse[], part: 'budget' | 'spent') =>
      rows.reduce((sum, use) => sum + minor(use[part]), 0n);
    expect(before.rows.map(({ written }) => written)).toEqual([[], []]);
    await addByTwo(world.costing.mappings, { dimension: 'customer', from: 'xiehe', to: 'renji', reason: 'merged' });
    const after = await world.costing.budgets.consumption({ code: 'people' }, EVERYTHING);
    expect(after.rows.map(({ part, written }) => [part, written])).toEqual([
      [{ customer: 'renji' }, [{ customer: 'xiehe' }]],
    ]);
    for (const part of ['budget', 'spent'] as const) expect(sumOf(after.rows, part)).toBe(sumOf(before.rows, part));
  });
});
