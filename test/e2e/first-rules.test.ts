// An instance without allocation rules: the controller writes the first ones on the screen, told at each pool what is wrong with
// it; a manager puts them in force; and what they share out, like every cost after it, is on every open screen without a reload.
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AllocationCycle } from '../../src/contracts/http/allocation.ts';
import type { Page as Listed } from '../../src/contracts/http/page.ts';
import { PARTS } from '../../src/simulators/catalogue/parts.ts';
import { PRODUCTS } from '../../src/simulators/catalogue/products.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { launchBrowser, PHONE, type Viewer, WINDOW } from './browser.ts';
import { dashboardFolder } from './dashboard-build.ts';
import { type Account, MANAGER, masterData, postByTwo } from './organisation.ts';
import { holds, visit } from './visit.ts';

const LIMIT_MS = 180_000;
const PATIENCE = { timeout: 60_000 };
const PASSWORD = 'a long enough password';
const CONTROLLER: Account = { email: 'controller@example.test', password: PASSWORD, name: '钱敏', role: 'controller' };
const AUDITOR: Account = { email: 'auditor@example.test', password: PASSWORD, name: '沈审', role: 'auditor' };
const TODAY = new Date().toISOString().slice(0, 10);
const POOLS = [
  { code: 'call-centre', name: { en: 'Call centre', zh: '呼叫中心' } },
  { code: 'it', name: { en: 'IT', zh: '信息系统' } },
];

let app: TestApp;
let browser: Browser;

const bill = (pool: string, amount: string) =>
  postByTwo(app.api, [
    [
      '/costs/facts',
      { pool, element: 'overhead', amount: { amount, currency: 'CNY' }, occurredOn: TODAY, note: `of ${pool}` },
    ],
  ]);

beforeAll(async () => {
  [app, browser] = await Promise.all([
    dashboardFolder().then((dashboardDir) => startTestApp({ dashboardDir })),
    launchBrowser(),
  ]);
  const { api } = app;
  for (const [path, body] of masterData(Date.now())) await api.post(path, body);
  for (const { code, name, unitCost } of PARTS)
    await api.post('/parts', { code, name, unitCost, controlledBy: 'serial' });
  await api.post('/products', PRODUCTS.ventilator);
  for (const person of [CONTROLLER, AUDITOR, MANAGER]) await api.post('/users', person);
  for (const id of ['VENT-1', 'VENT-2'])
    await api.post('/devices', {
      id,
      product: PRODUCTS.ventilator.code,
      customer: 'C-RENJI',
      station: 'ST-SHA',
      site: 'S-RENJI',
      contract: 'K-RENJI',
      installedOn: '2024-01-01',
      lifecycle: 'in-service',
    });
  for (const pool of POOLS) await api.post('/allocation/pools', pool);
  await bill('it', '3000.01');
  await bill('call-centre', '1200.00');
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

const open = (as: Account, path: string): Promise<Viewer> => visit(browser, app.httpUrl, { as, path });
const card = ({ page }: Viewer, pool: string): Locator =>
  page.locator('.segment-card').filter({ has: page.locator('strong', { hasText: new RegExp(`^${pool}$`) }) });

/** As it stands, in both widths. */
async function lookAt(viewer: Viewer, name: string): Promise<void> {
  for (const size of [WINDOW, PHONE]) {
    await viewer.page.setViewportSize(size);
    await holds(viewer, `${name} ${size.width}`);
  }
  await viewer.page.setViewportSize(WINDOW);
}

test('the first rules are written on the screen, and what they share out is on every open one', {
  timeout: LIMIT_MS,
}, async () => {
  const controller = await open(CONTROLLER, '/costs?tab=allocation');
  const { allocation, terms } = controller.words;
  const { rules, pools } = allocation;
  const { page } = controller;
  await page.getByText(rules.empty).waitFor();
  await page.getByRole('list', { name: pools.unallocated }).getByText('No rules are in force').first().waitFor();
  await page.getByRole('button', { name: rules.writeFirst }).click();
  await page.getByText(rules.sayFirst).waitFor();

  await page.getByLabel(rules.methodLabel).selectOption('reciprocal');
  const centre = card(controller, 'Call centre');
  await page.getByLabel(`Call centre · ${rules.driver}`).selectOption('visits');
  // What the driver reads, and what the check says of it, stand at the pool; and of the one that is left out at the top.
  await centre.getByText('Nobody moved "Visits"').waitFor();
  await page.getByLabel(`Call centre · ${rules.driver}`).selectOption('installed-devices');
  await centre.getByText(/: 2 .*, n 2$/).waitFor();
  await page.getByLabel(`${rules.only} · Call centre`).selectOption('region');
  await centre.getByLabel(new RegExp(`^${terms.dimension.region}`)).selectOption('east');
  await centre.getByText(`${terms.dimension.region}: east`).first().waitFor();
  await card(controller, 'IT').getByText('holds cost and has no segment').waitFor();

  await card(controller, 'IT').getByRole('button').first().click();
  await page.getByLabel(rules.addService).selectOption('call-centre');
  await page.getByLabel('Call centre · %').fill('100');
  await page.getByText(rules.noProblems).waitFor();
  await page.getByLabel('Call centre · %').fill('40');
  await card(controller, 'IT').getByText('has a rest that goes to nobody').waitFor();
  await lookAt(controller, 'first rules');
  await page.getByLabel(`IT · ${rules.driver}`).selectOption('contract-revenue');
  await page.getByText(rules.noProblems).waitFor();
  await page.getByRole('button', { name: /^Save as draft/ }).click();
  await page.getByText(rules.own).waitFor();
  const { items } = await app.api.get<Listed<AllocationCycle>>('/allocation/cycles');
  expect(items).toMatchObject([
    {
      code: 'shared-cost',
      version: 1,
      method: 'reciprocal',
      author: CONTROLLER.email,
      activatedBy: null,
      segments: [
        { pool: 'call-centre', driver: 'installed-devices', filter: { region: ['east'] } },
        { pool: 'it', driver: 'contract-revenue', services: [{ pool: 'call-centre', share: 0.4 }] },
      ],
    },
  ]);

  // Others look meanwhile, each at a screen of their own; nobody touches theirs again.
  const auditor = await open(AUDITOR, '/costs');
  const parts = auditor.page.locator('.cost-parts');
  await parts.getByText('¥4,200', { exact: false }).waitFor();
  const manager = await open(MANAGER, '/costs?tab=allocation');
  await manager.page.getByRole('button', { name: rules.activate }).click();
  await manager.page.getByText(rules.activatedBy(MANAGER.email)).waitFor();
  const placedOf = (viewer: Viewer, pool: string): Locator => viewer.page.getByRole('row', { name: pool });
  await placedOf(controller, 'IT ¥3,000.01').waitFor(PATIENCE);
  const placed = parts.locator('div').filter({ has: auditor.page.locator('dt', { hasText: /^Allocated$/ }) });
  await expect.poll(() => placed.locator('dd').innerText(), PATIENCE).toContain('4,200');

  await bill('it', '1000.00');
  for (const viewer of [controller, manager]) await placedOf(viewer, 'IT ¥4,000.01').waitFor(PATIENCE);
  await expect.poll(() => placed.locator('dd').innerText(), PATIENCE).toContain('5,200');
  for (const viewer of [controller, manager, auditor]) {
    expect(viewer.complaints).toEqual([]);
    await viewer.close();
  }
});
