// Every screen of an instance with months behind it, in every size, language and theme: nothing sticks out, nothing
// complains on the console, axe finds no barrier.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../support/app.ts';
import { launchBrowser } from './browser.ts';
import { dashboardFolder } from './dashboard-build.ts';
import { inspectAll, LOOKS } from './inspection.ts';
import { fillMonths } from './months.ts';

const LIMIT_MS = 900_000;
let app: TestApp;
let browser: Browser;

beforeAll(async () => {
  app = await startTestApp({ dashboardDir: await dashboardFolder() });
  await fillMonths(app);
  browser = await launchBrowser();
}, LIMIT_MS);
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

test('the screens of a filled instance stand', { timeout: LIMIT_MS }, async () => {
  expect(await inspectAll(browser, { app, instance: 'filled', looks: LOOKS })).toEqual([]);
});
