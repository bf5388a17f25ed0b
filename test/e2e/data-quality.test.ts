// Bad data as people meet it: a pump that counts in seconds is found in the quarantine, mended by a mapping that is tried
// first, and its readings are let in; every screen of it stands in every look.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ReadingCount } from '../../src/contracts/http/devices.ts';
import { ADMINISTRATOR, startTestApp, type TestApp } from '../support/app.ts';
import { pumpFleet, type PumpFleet } from '../integration/quality/pump-fleet.ts';
import { launchBrowser, openViewer, tokensOf } from './browser.ts';
import { dashboardFolder } from './dashboard-build.ts';
import { inspectAll, LOOKS } from './inspection.ts';
import { settled } from './screens.ts';

const LIMIT_MS = 240_000;
const HELD = 9;
let app: TestApp;
let fleet: PumpFleet;
let browser: Browser;

beforeAll(async () => {
  app = await startTestApp({ dashboardDir: await dashboardFolder() });
  fleet = await pumpFleet(app, { intervalS: 1 });
  browser = await launchBrowser();
  const startMs = Date.now() - 120_000;
  const flow = (second: number): number => 20 + Math.sin(second);
  for (let second = 0; second < 60; second++)
    await fleet.say(startMs + second * 1000, { flow: flow(second), pressure: second > 40 ? 900 : 10 });
  for (let second = 75; second < 110; second++)
    await fleet.say(startMs + second * 1000, { flow: flow(second), pressure: 10, own_name: 3 });
  for (let n = 0; n < HELD; n++)
    await fleet.publish(JSON.stringify({ ts: Math.floor(startMs / 1000) - 100 + n, values: { FLOW: 12.5 } }));
}, LIMIT_MS);
afterAll(async () => {
  await browser?.close();
  await fleet?.close();
  await app?.close();
});

const flowReadings = async (): Promise<number> => {
  const counts = await app.api.get<ReadingCount[]>(`/devices/${fleet.device}/telemetry/counts`);
  return counts.find(({ metric }) => metric === 'flow')?.readings ?? 0;
};

test('the screens of bad data stand', { timeout: LIMIT_MS }, async () => {
  expect(await inspectAll(browser, { app, instance: 'bad data', looks: LOOKS, only: ['quality', 'device'] })).toEqual(
    [],
  );
});

test('a class of payloads is mended on the screen', { timeout: LIMIT_MS }, async () => {
  const tokens = await tokensOf(app.httpUrl, ADMINISTRATOR);
  const viewer = await openViewer(browser, app.httpUrl, { language: 'zh', tokens });
  const { page, words } = viewer;
  const { quarantine, quality } = words;
  await page.goto('/quality');
  await settled(page);
  await page.getByRole('button', { name: quality.show.all, exact: true }).click();
  await page.getByText(quality.evidence.gap('15', '15')).waitFor();
  await page.getByRole('button', { name: quality.tabs.quarantine }).click();
  await page.locator('.quarantine-list a').first().click();
  await page.getByRole('button', { name: quarantine.mend }).click();
  await page.getByLabel(quarantine.timeUnit).selectOption('s');
  await page.getByLabel(quarantine.rename).fill('FLOW = flow');
  await page.getByRole('button', { name: quarantine.preview }).click();
  await page.getByText(quarantine.wouldRepair(String(HELD), String(HELD))).waitFor();
  await page.getByLabel(quarantine.why).fill('固件 1.0 以秒计时');
  await page.getByRole('button', { name: quarantine.putInForce }).click();
  await page.getByText(quarantine.inForce).waitFor();
  const before = await flowReadings();
  await page.getByRole('button', { name: quarantine.replayAll(String(HELD)) }).click();
  await expect.poll(flowReadings, { timeout: 20_000 }).toBe(before + HELD);
  expect(viewer.complaints).toEqual([]);
  await viewer.close();
});
