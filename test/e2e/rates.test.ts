// Rates and approvals in the browser: one person proposes a rate and merges two hospitals, another approves on a phone; what has no
// exchange rate is named; every look whole and without barriers.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EVERYTHING } from '../../src/contracts/access.ts';
import { periodOf } from '../../src/contracts/time.ts';
import { type House, startHouse } from '../support/api.ts';
import { postByTwo } from '../support/two-people.ts';
import { launchBrowser, openViewer, PHONE, type Viewer } from './browser.ts';
import { dashboardFolder } from './dashboard-build.ts';
import { barriersOf, faultsOf, settled } from './screens.ts';

const LIMIT_MS = 240_000;
const PATH = '/costs?tab=rates';
let house: House;
let browser: Browser;

beforeAll(async () => {
  house = await startHouse({ dashboardDir: await dashboardFolder() });
  await house.costing.allocation.createPool({ code: 'depot', name: { en: 'Depot', zh: '备件库' } });
  await postByTwo(
    house.costing,
    {
      pool: 'depot',
      element: 'overhead',
      amount: { amount: '900.00', currency: 'EUR' },
      occurredOn: `${periodOf(Date.now())}-01`,
      note: 'rent',
    },
    'rent',
  );
  await house.costing.idle();
  browser = await launchBrowser();
}, LIMIT_MS);
afterAll(async () => {
  await browser?.close();
  await house?.close();
});

async function holds({ page }: Viewer, name: string): Promise<void> {
  await settled(page);
  expect([...(await faultsOf(page)), ...(await barriersOf(page, 'all'))].map((fault) => `${name}: ${fault}`)).toEqual(
    [],
  );
}

test('what one person proposes another approves, and only then it is used', { timeout: LIMIT_MS }, async () => {
  const tokens = await house.signIn('controller', EVERYTHING);
  const first = await openViewer(browser, house.url, { language: 'zh', tokens });
  const { rates } = first.words;
  const { page } = first;
  await page.goto(PATH);
  await page.getByText(rates.exchange.missing('1')).waitFor();
  await page.getByText(rates.labour.add).click();
  const labour = page.locator('section', { hasText: rates.labour.title });
  await labour.getByLabel(rates.labour.kindLabel).selectOption('travel-km');
  await labour.getByLabel(rates.amount).fill('1.95');
  await labour.getByLabel(rates.from).fill('2026-01-01');
  await labour.getByRole('button', { name: rates.propose }).click();
  await page.getByText(rates.waiting.own).waitFor();
  await page.getByText(rates.merges.add).click();
  const merges = page.locator('section', { hasText: rates.merges.title });
  await merges.getByLabel(rates.merges.dimension).selectOption('customer');
  await merges.getByLabel(rates.merges.value).fill('C-2');
  await merges.getByLabel(rates.merges.countsAs).fill('C-1');
  await merges.getByLabel(rates.reason).fill('并院');
  await merges.getByRole('button', { name: rates.propose }).click();
  await expect.poll(() => page.locator('.rates-waiting > li').count(), { timeout: 30_000 }).toBe(2);
  expect(await page.getByRole('button', { name: rates.waiting.approve }).count()).toBe(0);
  await holds(first, 'rates-proposed');
  expect((await house.costing.rates.list()).map(({ decision }) => decision)).toEqual([null]);

  const approver = await house.signIn('manager', EVERYTHING);
  const second = await openViewer(browser, house.url, { language: 'en', theme: 'dark', size: PHONE, tokens: approver });
  const words = second.words.rates.waiting;
  await second.page.goto(PATH);
  const approve = second.page.getByRole('button', { name: words.approve });
  await approve.first().click();
  await expect.poll(() => approve.count(), { timeout: 30_000 }).toBe(1);
  await approve.first().click();
  await second.page.getByText(words.none).waitFor();
  await holds(second, 'rates-approved');
  expect((await house.costing.rates.list()).map(({ decision }) => decision)).toEqual(['approved']);
  expect((await house.costing.mappings.list()).map(({ to, isInForce }) => [to, isInForce])).toEqual([['C-1', true]]);
  expect([...first.complaints, ...second.complaints]).toEqual([]);
});
