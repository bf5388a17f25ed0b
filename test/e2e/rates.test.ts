// Rates and approvals in the browser: one person proposes a rate and merges two hospitals, another approves on a phone; what has no
// exchange rate is named; a fact is taken back from where it is explained; every look whole and without barriers.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EVERYTHING } from '../../src/contracts/access.ts';
import { periodOf } from '../../src/contracts/time.ts';
import { type House, startHouse } from '../support/api.ts';
import { postByTwo } from '../support/two-people.ts';
import { launchBrowser, PHONE } from './browser.ts';
import { dashboardFolder } from './dashboard-build.ts';
import { holds, visit } from './visit.ts';

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

test('what one person proposes another approves, and only then it is used', { timeout: LIMIT_MS }, async () => {
  const first = await visit(browser, house.url, { as: await house.signIn('controller'), path: PATH, language: 'zh' });
  const { rates } = first.words;
  const { page } = first;
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

  const approver = await house.signIn('manager');
  const second = await visit(browser, house.url, { as: approver, path: PATH, theme: 'dark', size: PHONE });
  const words = second.words.rates.waiting;
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

test('a fact is taken back from where it is explained, and only when another person agrees', {
  timeout: LIMIT_MS,
}, async () => {
  const { items } = await house.costing.reads.facts({}, EVERYTHING);
  const fact = items.find(({ pool }) => pool === 'depot')?.id;
  const path = `/costs?period=${periodOf(Date.now())}&cell=pool:depot&in=EUR&way=own/fact~${fact}`;
  const controller = await visit(browser, house.url, { as: await house.signIn('controller'), path, language: 'zh' });
  const { explain, rates } = controller.words;
  const { page } = controller;
  const pane = page.getByRole('complementary', { name: explain.title });
  await pane.getByText(explain.reverse).click();
  const propose = pane.getByRole('button', { name: rates.propose });
  expect(await propose.isDisabled()).toBe(true);
  await pane.getByLabel(rates.reason).fill('重复开票');
  await holds(controller, 'reversal-form');
  await propose.click();
  await pane.getByText(explain.reversalWaits).waitFor();
  await pane.getByText('−€900.00').waitFor();
  expect(await pane.getByText(explain.reverse).count()).toBe(0);
  await holds(controller, 'reversal-waits');
  const ofFact = async (): Promise<(number | null)[]> =>
    (await house.costing.reads.facts({}, EVERYTHING)).items.map(({ reversalOf }) => reversalOf);
  expect(await ofFact()).not.toContain(fact);

  const manager = await visit(browser, house.url, {
    as: await house.signIn('manager'),
    path,
    theme: 'dark',
    size: PHONE,
  });
  const { words } = manager;
  const place = manager.page.getByRole('complementary', { name: words.explain.title });
  await place.getByText(words.explain.reversalWaits).waitFor();
  await holds(manager, 'reversal-for-approval');
  await place.getByRole('link', { name: words.explain.decided(words.costs.tabs.rates) }).click();
  await manager.page.getByRole('button', { name: words.rates.waiting.approve }).click();
  await manager.page.getByText(words.rates.waiting.none).waitFor();
  // The screen of the one who asked says so without being loaded again.
  await pane.getByText(/冲销$/).first().waitFor();
  await expect.poll(() => pane.getByText(explain.reversalWaits).count(), { timeout: 30_000 }).toBe(0);
  expect(await ofFact()).toContain(fact);
  expect([...controller.complaints, ...manager.complaints]).toEqual([]);
});
