// A manager sees what contracts earn, opens one, and what it would have to be renewed at; in every look the screens are whole.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY_MS, dayOf } from '../../src/contracts/time.ts';
import { type House, startHouse } from '../support/api.ts';
import { launchBrowser, type Viewer } from './browser.ts';
import { dashboardFolder } from './dashboard-build.ts';
import { inspect, LOOKS } from './inspection.ts';
import { visit } from './visit.ts';

const LIMIT_MS = 180_000;
const NOW = Date.now();

let house: House;
let browser: Browser;

async function doJob(device: string, daysAgo: number): Promise<void> {
  const day = dayOf(NOW - daysAgo * DAY_MS);
  const { commands } = house.service;
  const at = (time: string): string => `${day}T${time}:00Z`;
  const opened = await commands.open(
    { device, kind: 'corrective', failureMode: 'wear', at: at('00:00'), failedAt: at('00:00') },
    'x',
  );
  const job = { workOrderId: opened.id, actor: 'x' };
  await commands.transition(job, { to: 'approved', at: at('01:00') });
  await commands.transition(job, { to: 'on-site', at: at('02:00') });
  await commands.recordLabour(job, { engineer: 'E-1', from: at('02:00'), to: at('07:00'), category: 'repair' });
  await commands.recordPart(job, { part: 'P-DRIVE', quantity: 1, at: at('03:00') });
  await commands.recordFinding(job, { failureMode: 'wear', cause: 'wear', remedy: 'replaced', confirmed: true });
  await commands.transition(job, { to: 'completed', at: at('08:00'), restoredAt: at('08:00') });
}

beforeAll(async () => {
  [house, browser] = await Promise.all([
    dashboardFolder().then((dashboardDir) => startHouse({ dashboardDir })),
    launchBrowser(),
  ]);
  await house.registry.engineers.create({
    code: 'E-1',
    name: { en: 'Li Qiang', zh: '李强' },
    station: 'S-1',
    skills: [],
    hourlyRate: { amount: '360.00', currency: 'CNY' },
  });
  const { rows } = await house.database.query<{ code: string }>(
    `UPDATE device SET installed_on = '2025-06-01', contract_code = 'K-1' RETURNING code`,
  );
  await house.database.query(
    `UPDATE contract SET included_visits = 6, included_hours = 40, starts_on = $1, ends_on = $2 WHERE code = 'K-1'`,
    [dayOf(NOW - 300 * DAY_MS), dayOf(NOW + 400 * DAY_MS)],
  );
  for (const daysAgo of [200, 120, 60, 20]) await doJob(rows[0]?.code ?? '', daysAgo);
  await house.costing.idle();
  await house.database.query(
    'INSERT INTO known_failure SELECT id, device_id, product, component, failure_mode, failed_at FROM work_order',
  );
});
afterAll(async () => {
  await browser?.close();
  await house?.close();
});

const open = async (path: string, language: 'en' | 'zh'): Promise<Viewer> =>
  visit(browser, house.url, { as: await house.signIn('manager'), path, language });

test('from the list to the price of a renewal', { timeout: LIMIT_MS }, async () => {
  const viewer = await open('/contracts', 'en');
  const { page } = viewer;
  const words = viewer.words.contracts;
  await page.getByRole('link', { name: 'K-1' }).click();
  await page.getByRole('heading', { name: words.prices }).waitFor();
  const uptime = page.getByRole('row').filter({ hasText: viewer.words.terms.contractType.uptime });
  await uptime.waitFor();
  const before = await uptime.locator('strong').textContent();
  await page.getByRole('group', { name: words.targetMargin }).getByText('30%').click();
  await expect.poll(() => uptime.locator('strong').textContent(), { timeout: 20_000 }).not.toBe(before);
  await page.getByText(words.entitlements.visits, { exact: true }).first().waitFor();
  // What it cost opens beside it, in its own currency and from its first month on.
  const direct = page.locator('.contract-parts a.pivot-amount').first();
  const shown = await direct.textContent();
  await direct.click();
  const place = page.locator('.facts-pane [aria-current="location"]');
  await place.waitFor();
  expect(await place.textContent()).toContain(shown ?? 'an amount');
  expect(new URL(page.url()).pathname).toBe('/contracts/K-1');
  expect(viewer.complaints).toEqual([]);
  await viewer.close();
});

test('is whole on a window and a phone, in both languages, light and dark', { timeout: LIMIT_MS }, async () => {
  const viewer = await open('/contracts', 'zh');
  await viewer.page.getByRole('link', { name: 'K-1' }).waitFor();
  const problems = await inspect(viewer.page, { name: 'contracts', path: '/contracts' }, LOOKS, 'contracts');
  await viewer.page.goto('/contracts/K-1');
  await viewer.page.locator('.price-band').first().waitFor();
  problems.push(...(await inspect(viewer.page, { name: 'contract', path: '/contracts/K-1' }, LOOKS, 'contracts')));
  expect(problems).toEqual([]);
  expect(viewer.complaints).toEqual([]);
  await viewer.close();
});
