// On a phone: what is predicted for a device, why an alert should be believed, and a model in shadow beside what is in force, all to
// be read without the page sliding sideways.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Alert } from '../../src/contracts/http/alerts.ts';
import type { Page as Listed } from '../../src/contracts/http/page.ts';
import { ADMINISTRATOR, startTestApp, type TestApp } from '../support/app.ts';
import { launchBrowser, openViewer, PHONE, tokensOf, type Viewer } from './browser.ts';
import { dashboardFolder } from './dashboard-build.ts';
import { fillMonths } from './months.ts';
import { faultsOf, settled } from './screens.ts';

const LIMIT_MS = 240_000;
let app: TestApp;
let browser: Browser;
let viewer: Viewer;

beforeAll(async () => {
  app = await startTestApp({ dashboardDir: await dashboardFolder() });
  await fillMonths(app);
  browser = await launchBrowser();
  const tokens = await tokensOf(app.httpUrl, ADMINISTRATOR);
  viewer = await openViewer(browser, app.httpUrl, { language: 'zh', theme: 'light', size: PHONE, tokens });
}, LIMIT_MS);
afterAll(async () => {
  await viewer?.close();
  await browser?.close();
  await app?.close();
});

/** The part under this heading, scrolled to, lies within the window. */
async function partUnder(page: Page, heading: string): Promise<string> {
  const part = page.locator('.pane-part, .section').filter({ has: page.getByRole('heading', { name: heading }) });
  await part.last().scrollIntoViewIfNeeded();
  const box = await part.last().boundingBox();
  expect(box?.x ?? -1).toBeGreaterThanOrEqual(0);
  expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(PHONE.width);
  return part.last().innerText();
}

test('predictions and their reasons are read without sliding sideways', { timeout: LIMIT_MS }, async () => {
  const { page, words } = viewer;
  const open = await app.api.get<Listed<Alert>>('/alerts?open=true&sort=-valueAtRisk&limit=1');
  const alert = open.items[0] as Alert;
  await page.goto(`/devices/${alert.device}?range=30d`);
  await settled(page);
  expect(await partUnder(page, words.device.prognosis.title)).not.toContain(words.device.prognosis.none);
  await page.goto(`/alerts/${alert.id}`);
  await settled(page);
  expect(await partUnder(page, words.alerts.against)).not.toBe('');
  expect(await partUnder(page, words.alerts.basis)).toContain(words.alerts.calibration);
  await page.goto('/models');
  await settled(page);
  expect(await partUnder(page, words.models.scorecard)).toContain(words.models.net);
  expect(await faultsOf(page)).toEqual([]);
  expect(viewer.complaints).toEqual([]);
});
