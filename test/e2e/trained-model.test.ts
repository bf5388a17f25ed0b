// A model trained on the failures of a fleet: its plots stand with their tables in every look; who may not train is told who may.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WorkOrder } from '../../src/contracts/http/work-orders.ts';
import type { ModelRun } from '../../src/contracts/http/models.ts';
import { DAY_MS, HOUR_MS, isoOf } from '../../src/contracts/time.ts';
import { foundWorld } from '../../src/simulators/demo/found.ts';
import { pastPlanOf, sinceMsOf } from '../../src/simulators/demo/plan.ts';
import { createServiceDesk } from '../../src/simulators/demo/service-desk.ts';
import { ACCOUNTS, DEMO_PASSWORD } from '../../src/simulators/demo/world.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { launchBrowser, openViewer, tokensOf } from './browser.ts';
import { dashboardFolder } from './dashboard-build.ts';
import { inspect, LOOKS } from './inspection.ts';

const LIMIT_MS = 300_000;
const COMPONENT = 'flow-sensor';
const JOBS = 14;
const [SUPPORT, MANAGER] = ACCOUNTS.map(({ email }) => ({ email, password: DEMO_PASSWORD }));

let app: TestApp;
let browser: Browser;
let model: number;

/** What failed in the months before, as finished jobs. */
async function mendTheFailures(startMs: number): Promise<void> {
  const desk = createServiceDesk(app.api);
  const failures = (await foundWorld(app.api, startMs))
    .flatMap((device) => {
      const plan = pastPlanOf(device, { sinceMs: sinceMsOf(device, startMs), startMs });
      return plan.map((fault) => ({ device, ...fault }));
    })
    .filter(({ component, kind }) => component === COMPONENT && kind !== 'look-alike')
    .sort((a, b) => a.endMs - b.endMs);
  expect(failures.length).toBeGreaterThanOrEqual(JOBS);
  for (const { device, failureMode, endMs } of failures) {
    const workOrder = await app.api.post<WorkOrder>('/work-orders', {
      device: device.id,
      kind: 'corrective',
      serviceType: 'on-site',
      priority: 'critical',
      component: COMPONENT,
      failureMode,
      failedAt: isoOf(endMs),
      at: isoOf(endMs + HOUR_MS),
    });
    const finding = { failureMode, cause: 'wear', remedy: 'replaced', confirmed: true };
    await desk.complete({
      workOrder,
      device,
      startMs: endMs + 8 * HOUR_MS,
      hours: 1,
      remote: false,
      part: null,
      finding,
      downtimeMinutes: 600,
      expediteYuan: 0,
    });
  }
}

beforeAll(async () => {
  app = await startTestApp({ dashboardDir: await dashboardFolder() });
  const startMs = Math.floor(Date.now() / DAY_MS - 45) * DAY_MS;
  await mendTheFailures(startMs);
  let run = await app.api.post<ModelRun>('/models/train', { kind: 'horizon', product: 'VENT-ICU' });
  while (run.state === 'running') {
    await sleep(300);
    run = await app.api.get<ModelRun>(`/models/runs/${run.id}`);
  }
  expect(run).toMatchObject({ state: 'done' });
  model = run.modelId as number;
  browser = await launchBrowser();
}, LIMIT_MS);
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

test('its probabilities are drawn and listed, device by device', { timeout: LIMIT_MS }, async () => {
  const tokens = await tokensOf(app.httpUrl, SUPPORT as { email: string; password: string });
  const viewer = await openViewer(browser, app.httpUrl, { language: 'en', tokens });
  const { page, words } = viewer;
  const path = `/models/${model}`;
  await page.goto(path);
  await page.locator('.trace-plot').waitFor();
  const choice = page.getByRole('combobox', { name: words.models.traceOf });
  const devices = await choice.locator('option').allTextContents();
  expect(devices.some((text) => text.includes(words.models.traceSound))).toBe(true);
  await choice.selectOption({ index: 0 });
  expect(await page.locator('.trace-window').count()).toBeGreaterThan(0);
  await page.getByText(words.models.asTable).first().click();
  expect(await page.getByRole('region', { name: words.models.traces }).locator('tbody tr').count()).toBeGreaterThan(1);
  expect(await inspect(page, { name: 'trained model', path }, LOOKS, 'trained')).toEqual([]);
  expect(viewer.complaints).toEqual([]);
  await viewer.close();
});

test('a role that may not train is told who may', { timeout: LIMIT_MS }, async () => {
  const tokens = await tokensOf(app.httpUrl, MANAGER as { email: string; password: string });
  const viewer = await openViewer(browser, app.httpUrl, { language: 'zh', tokens });
  const { page, words } = viewer;
  await page.goto('/models');
  await page.getByText(words.models.whoTrains).waitFor();
  expect(await page.getByRole('button', { name: words.models.train, exact: true }).count()).toBe(0);
  await viewer.close();
});
