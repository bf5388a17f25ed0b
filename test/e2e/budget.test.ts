// A controller pastes a budget, a manager puts it in force, and both see where cost is going: the forecast with its band, the overrun
// and its day; in every look the screen is whole.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Role } from '../../src/contracts/access.ts';
import { dayOf, isoOf, periodOf } from '../../src/contracts/time.ts';
import { nextPeriod, periodsBetween } from '../../src/costing/core/periods.ts';
import { postFacts } from '../../src/costing/facts.ts';
import type { NewFact } from '../../src/costing/new-fact.ts';
import { seededRandom } from '../../src/predictor/core/random.ts';
import { type House, startHouse } from '../support/api.ts';
import { launchBrowser, type Look, type Viewer } from './browser.ts';
import { dashboardFolder } from './dashboard-build.ts';
import { inspect, LOOKS } from './inspection.ts';
import { visit } from './visit.ts';

const LIMIT_MS = 180_000;
const NOW = Date.now();
const OPEN = periodOf(NOW);
const YEARS = 3;

let house: House;
let browser: Browser;

function factOf(month: string, region: string, amountMinor: number): NewFact {
  return {
    amountMinor: BigInt(Math.round(amountMinor)),
    currency: 'CNY',
    element: 'parts',
    quantityMilli: 1000n,
    unit: '1',
    occurredOn: month === OPEN ? `${month}-01` : `${month}-05`,
    source: { type: 'charge', id: `${month}-${region}` },
    idempotencyKey: `budget:${month}:${region}`,
    dimensions: { region, customer: region === 'east' ? 'C-1' : 'C-2', product_line: 'imaging' },
    workOrderId: null,
    pool: null,
    reversalOf: null,
    actor: 'controller',
    note: null,
  };
}

beforeAll(async () => {
  [house, browser] = await Promise.all([
    dashboardFolder().then((dashboardDir) => startHouse({ dashboardDir })),
    launchBrowser(),
  ]);
  const random = seededRandom(11);
  const first = `${Number(OPEN.slice(0, 4)) - YEARS}${OPEN.slice(4)}`;
  const facts = periodsBetween(first, OPEN).flatMap((month, i) => {
    const season = 1 + 0.3 * Math.sin((2 * Math.PI * i) / 12);
    const level = (base: number) => base * season * (0.85 + 0.3 * random());
    return [factOf(month, 'east', level(8_000_000)), factOf(month, 'west', level(3_000_000))];
  });
  await house.database.transaction((tx) => postFacts(tx, isoOf(NOW), facts));
});
afterAll(async () => {
  await browser?.close();
  await house?.close();
});

const open = async (role: Role, look: Partial<Look> = {}): Promise<Viewer> =>
  visit(browser, house.url, { ...look, as: await house.signIn(role), path: '/costs?tab=forecast' });

test('pasted by one, put in force by another, and followed to the day it will be passed', {
  timeout: LIMIT_MS,
}, async () => {
  const year = OPEN.slice(0, 4);
  const months = periodsBetween(`${year}-01`, `${nextPeriod(OPEN).slice(0, 4)}-12`).slice(0, 24);
  const row = (region: string, amount: number): string => [region, ...months.map(() => amount)].join('\t');
  const controller = await open('controller');
  const words = controller.words.forecast;
  const { page } = controller;
  await page.getByRole('button', { name: words.paste }).click();
  await page.getByLabel(words.code).fill('service');
  // One wrong row: it is named, and nothing is saved.
  const table = page.getByLabel(words.text, { exact: false }).last();
  await table.fill([['region', ...months].join('\t'), row('east', 70_000), `west\tabc`].join('\n'));
  await page.getByRole('button', { name: words.save }).click();
  await page.getByText(words.refused('1')).waitFor();
  await table.fill([['region', ...months].join('\t'), row('east', 70_000), row('west', 60_000)].join('\n'));
  await page.getByRole('button', { name: words.save }).click();
  await page.getByText(words.draft, { exact: true }).waitFor();
  await page.getByText(words.secondPerson).waitFor();
  expect(controller.complaints).toEqual([]);
  await controller.close();

  const manager = await open('manager');
  await manager.page.getByRole('button', { name: words.activate }).click();
  await manager.page.getByText(words.notices('5%')).waitFor();
  const east = manager.page
    .getByRole('row')
    .filter({ has: manager.page.getByRole('button', { name: 'East' }) })
    .first();
  await east.getByText(/likely/).waitFor();
  await east.getByRole('button', { name: 'East' }).click();
  await manager.page.getByText(words.budget, { exact: true }).first().waitFor();
  await manager.page.getByRole('button', { name: words.asTable }).click();
  await manager.page.getByText(words.open, { exact: true }).waitFor();
  expect(manager.complaints).toEqual([]);
  await manager.close();
  expect(dayOf(NOW).startsWith(OPEN)).toBe(true);
});

test('is whole on a window and a phone, in both languages, light and dark', { timeout: LIMIT_MS }, async () => {
  const viewer = await open('manager', { language: 'zh' });
  await viewer.page.locator('.cost-chart canvas').first().waitFor();
  const screen = { name: 'forecast', path: '/costs?tab=forecast' };
  expect(await inspect(viewer.page, screen, LOOKS, 'budget')).toEqual([]);
  expect(viewer.complaints).toEqual([]);
  await viewer.close();
});
