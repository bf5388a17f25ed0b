// Every screen of an instance nobody has used yet: empty places say what will be there, nothing sticks out or complains.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../support/app.ts';
import { launchBrowser } from './browser.ts';
import { dashboardFolder } from './dashboard-build.ts';
import { inspectAll, TWO_LOOKS } from './inspection.ts';

const LIMIT_MS = 240_000;
let app: TestApp;
let browser: Browser;

beforeAll(async () => {
  app = await startTestApp({ dashboardDir: await dashboardFolder() });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

test('the screens of a new instance stand', { timeout: LIMIT_MS }, async () => {
  expect(await inspectAll(browser, { app, instance: 'new', looks: TWO_LOOKS })).toEqual([]);
});
