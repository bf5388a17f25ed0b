// The manager asks where a cost comes from, from the cell of the pivot through the pools down to the fact, with the keyboard;
// and looks at the picture of where shared cost goes.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CostFlow } from '../../src/contracts/http/cost-flow.ts';
import type { Explained } from '../../src/contracts/http/cost-explain.ts';
import type { WorkOrder } from '../../src/contracts/http/work-orders.ts';
import { periodOf } from '../../src/contracts/time.ts';
import { createFormat } from '../../src/dashboard/format/format.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { launchBrowser, openViewer, tokensOf } from './browser.ts';
import { dashboardFolder } from './dashboard-build.ts';
import { inspect, LOOKS } from './inspection.ts';
import { ENGINEER, foundOrganisation, MANAGER, postByTwo } from './organisation.ts';

const LIMIT_MS = 180_000;
const HOUR_MS = 3_600_000;

let app: TestApp;
let browser: Browser;
let month: string;

beforeAll(async () => {
  [app, browser] = await Promise.all([
    dashboardFolder().then((dashboardDir) => startTestApp({ dashboardDir })),
    launchBrowser(),
  ]);
  const nowMs = Date.now();
  month = periodOf(nowMs);
  await foundOrganisation(app.api, ['VENT-1', 'VENT-2', 'VENT-3'], nowMs);
  const today = new Date(nowMs).toISOString().slice(0, 10);
  await app.api.post('/allocation/pools', { code: 'it', name: { en: 'IT', zh: '信息系统' } });
  const posted = { element: 'overhead', occurredOn: today };
  const bill = (amount: string, note: string) =>
    ['/costs/facts', { ...posted, pool: 'it', amount: { amount, currency: 'CNY' }, note }] as const;
  await postByTwo(app.api, [bill('5000.01', 'Servers'), bill('777.77', 'Licences')]);
  await app.api.post('/allocation/cycles', {
    code: 'overhead',
    version: 2,
    effectiveFrom: month,
    method: 'reciprocal',
    segments: [
      { pool: 'call-centre', driver: 'installed-devices', services: [{ pool: 'it', share: 0.1 }] },
      { pool: 'it', driver: 'installed-devices', services: [{ pool: 'call-centre', share: 0.4 }] },
    ],
  });
  await app.api.post('/work-orders', {
    device: 'VENT-1',
    kind: 'inspection',
    at: new Date(nowMs - 5 * HOUR_MS).toISOString(),
  });
  const job = (await app.api.get<{ items: WorkOrder[] }>('/work-orders')).items[0] as WorkOrder;
  await app.api.post(`/work-orders/${job.id}/transitions`, { to: 'approved' });
  await app.api.post(`/work-orders/${job.id}/labour`, {
    engineer: ENGINEER.code,
    from: new Date(nowMs - 3 * HOUR_MS).toISOString(),
    to: new Date(nowMs - HOUR_MS).toISOString(),
    category: 'repair',
  });
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

test('any number opens down to what it is made of', { timeout: LIMIT_MS }, async () => {
  const tokens = await tokensOf(app.httpUrl, MANAGER);
  await openAndActivate(tokens);
  const line = `allocated/line~${month}~it~overhead`;
  const receivers = await app.api.get<Explained>(`/costs/explain?period=${month}&path=${encodeURIComponent(line)}`);
  expect(receivers.sharedBy).toMatchObject({ method: 'reciprocal', version: 2 });

  const viewer = await openViewer(browser, app.httpUrl, { language: 'en', tokens });
  const { page, words } = viewer;
  await page.goto(`/costs?period=${month}`);
  const pane = page.getByRole('complementary', { name: words.explain.title });
  await page.locator('.figure-value a').click();
  await pane.getByRole('link', { name: 'Allocated from pools' }).press('Enter');
  await pane.getByRole('link', { name: /^IT · Overhead/ }).press('Enter');
  await pane.getByText(words.explain.sharedBy).waitFor();
  await pane.getByRole('link', { name: 'Device VENT-1' }).press('Enter');
  await pane.getByRole('link', { name: 'Own cost of the pool' }).waitFor();
  await pane.getByRole('link', { name: 'Call centre' }).press('Enter');
  await pane.getByRole('link', { name: 'Own cost of the pool' }).press('Enter');
  await pane.getByRole('link', { name: /^Fact / }).press('Enter');
  await pane.getByText(words.explain.noEvidence).waitFor();
  // Every step of the way is there with its sum, and leads back.
  expect(await pane.getByRole('navigation', { name: words.explain.way }).getByRole('listitem').count()).toBe(7);
  const here = new URL(page.url());
  await page.keyboard.press('Escape');
  await pane.waitFor({ state: 'detached' });

  const level = { name: 'explain-receivers', path: `/costs?period=${month}&cell=&way=${encodeURIComponent(line)}` };
  const end = { name: 'explain-fact', path: `${here.pathname}${here.search}` };
  const flow = { name: 'flow', path: `/costs?tab=flow&by=device&period=${month}` };
  for (const screen of [level, end, flow]) expect(await inspect(page, screen, LOOKS, 'explained')).toEqual([]);
  // What came into a pool opens to the facts it is, from the picture and from the table.
  const trail = pane.getByRole('navigation', { name: words.explain.way });
  const { total } = await app.api.get<CostFlow>(`/costs/flow?period=${month}&by=device`);
  await page.locator('.cost-chart canvas').click({ position: { x: 14, y: 240 } });
  await trail.getByText(createFormat({ language: 'en', words }).moneyExact(total)).waitFor();
  await pane.getByRole('button', { name: words.frame.action.close }).click();
  await page.getByRole('button', { name: words.flow.table }).click();
  const intoIt = page.getByRole('row', { name: /^Overhead IT ¥5,777.78/ });
  await intoIt.getByRole('link').click();
  await trail.getByText('¥5,777.78').waitFor();
  await pane
    .getByRole('link', { name: /^Fact / })
    .first()
    .waitFor();
  expect(viewer.complaints).toEqual([]);
  await viewer.close();
});

/** The version is put in force by a second person, and waits for the run to have placed it. */
async function openAndActivate(tokens: Awaited<ReturnType<typeof tokensOf>>): Promise<void> {
  const response = await fetch(`${app.httpUrl}/api/v1/allocation/cycles/overhead/versions/2/activate`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tokens.accessToken}`, 'content-type': 'application/json' },
    body: '{}',
  });
  expect(response.status).toBe(200);
  await expect
    .poll(async () => (await app.api.get<Explained>(`/costs/explain?period=${month}`)).items.map(({ kind }) => kind), {
      timeout: 30_000,
      interval: 300,
    })
    .toContain('allocated');
}
