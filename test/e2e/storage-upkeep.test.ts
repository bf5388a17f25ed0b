// The system page: an administrator runs a maintenance job and sets how long a product's readings are kept; nobody else is
// offered either. With SCREENSHOTS=folder the looks are saved there.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Page } from '../../src/contracts/http/page.ts';
import type { System } from '../../src/contracts/http/system.ts';
import type { Product } from '../../src/contracts/product.ts';
import { ADMINISTRATOR, startTestApp, type TestApp } from '../support/app.ts';
import { foundOrganisation } from '../support/organisation.ts';
import { type Look, launchBrowser, openViewer, PHONE, tokensOf } from './browser.ts';
import { dashboardFolder } from './dashboard-build.ts';
import { barriersOf, faultsOf, settled } from './screens.ts';

const LIMIT_MS = 240_000;
const PICTURES = process.env.SCREENSHOTS;
let app: TestApp;
let browser: Browser;

beforeAll(async () => {
  app = await startTestApp({ dashboardDir: await dashboardFolder() });
  await foundOrganisation(app.api);
  browser = await launchBrowser();
}, LIMIT_MS);
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

const LOOKS: readonly [string, Look][] = [
  ['wide zh light', { language: 'zh' }],
  ['narrow en dark', { language: 'en', theme: 'dark', size: PHONE }],
];

test.each(LOOKS)('an administrator runs a job and sets a limit, %s', { timeout: LIMIT_MS }, async (name, look) => {
  const tokens = await tokensOf(app.httpUrl, ADMINISTRATOR);
  const viewer = await openViewer(browser, app.httpUrl, { ...look, tokens });
  const { page, words, complaints } = viewer;
  const { system } = words;
  await page.goto('/system');
  const job = page.getByRole('row').filter({ hasText: system.jobName['refresh-rollups'] });
  await job.getByRole('button', { name: new RegExp(system.runNow) }).click();
  await job.getByText(system.ok, { exact: true }).waitFor();

  const days = look.language === 'zh' ? '400' : '500';
  await page.getByRole('button', { name: system.change }).first().click();
  await page.getByLabel(system.allMetrics).fill(days);
  await settled(page);
  if (PICTURES) {
    mkdirSync(PICTURES, { recursive: true });
    await page.screenshot({ path: join(PICTURES, `system ${name}.png`), fullPage: true });
  }
  expect([...(await faultsOf(page)), ...(await barriersOf(page, 'all'))]).toEqual([]);
  await page.getByRole('button', { name: system.save }).click();
  await page.getByText(system.days(days)).waitFor();

  const { items } = await app.api.get<Page<Product>>('/products');
  expect(items.map(({ retainDays }) => retainDays)).toContain(Number(days));
  const { maintenance, storage } = await app.api.get<System>('/system');
  expect(maintenance.find(({ job: one }) => one === 'refresh-rollups')).toMatchObject({ ok: true, behind: 0 });
  expect(Date.parse(storage.rolledTo ?? '')).toBeGreaterThan(Date.now() - 3 * 3_600_000);
  expect(complaints).toEqual([]);
  await viewer.close();
});

test('who may only read is offered neither', { timeout: LIMIT_MS }, async () => {
  const account = { email: 'planner@example.test', password: 'a long enough password' };
  await app.api.post('/users', { ...account, name: 'Planner', role: 'planner' });
  const tokens = await tokensOf(app.httpUrl, account);
  const viewer = await openViewer(browser, app.httpUrl, { language: 'en', tokens });
  const { page, words } = viewer;
  await page.goto('/system');
  await page.getByText(words.system.jobName['size-chunks']).waitFor();
  await page.getByText(words.system.retention, { exact: true }).waitFor();
  await settled(page);
  for (const button of [words.system.runNow, words.system.change]) {
    expect(await page.getByRole('button', { name: new RegExp(button) }).count()).toBe(0);
  }
  await viewer.close();
});
