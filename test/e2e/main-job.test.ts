// The main job as people see it: a device wears out, its alert arrives on the open console with its reason, the work
// order has opened itself, the field engineer does it on a phone, and its cost is on the manager's open screen.
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HOUR_MS } from '../../src/contracts/time.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { signIn } from '../../src/simulators/api-client.ts';
import { launchBrowser, openViewer, PHONE, signInAs, type Viewer } from './browser.ts';
import { dashboardFolder } from './dashboard-build.ts';
import { captureJob } from './job-form.ts';
import { ENGINEER, FIELD, foundOrganisation, MANAGER, SUPPORT } from './organisation.ts';
import { connectVentilator, type Ventilator } from './ventilator.ts';

const DEVICE = 'VENT-1';
/** Shared cost before the job, and with half an hour of work, the trip and the part of `captureJob`. */
const COST = { before: '¥12,000', after: '¥12,876', job: '¥876' } as const;

let app: TestApp;
let browser: Browser;
let device: Ventilator;

beforeAll(async () => {
  [app, browser] = await Promise.all([
    dashboardFolder().then((dashboardDir) => startTestApp({ dashboardDir })),
    launchBrowser(),
  ]);
  const nowMs = Date.now();
  const tokens = await foundOrganisation(app.api, [DEVICE, 'VENT-2'], nowMs);
  const approver = await signIn(app.httpUrl, MANAGER.email, MANAGER.password);
  await approver.post('/allocation/cycles/overhead/versions/1/activate');
  const token = tokens.get(DEVICE) ?? '';
  device = await connectVentilator({ deviceId: DEVICE, token, brokerUrl: app.brokerUrl, nowMs });
  await device.sendHistory();
});

afterAll(async () => {
  await device?.close();
  await browser?.close();
  await app?.close();
});

/** A page that is loaded again forgets this. */
const remember = ({ page }: Viewer): Promise<unknown> =>
  page.evaluate(() => Object.assign(window, { isSamePage: true }));
const hasStayed = ({ page }: Viewer): Promise<boolean> => page.evaluate(() => 'isSamePage' in window);

async function seeFleetThenQuietAlerts({ page, words }: Viewer): Promise<void> {
  const rail = page.getByRole('navigation', { name: words.frame.nav.label });
  await rail.getByRole('link', { name: words.frame.nav.fleet }).click();
  await page.getByRole('row').filter({ hasText: DEVICE }).waitFor();
  await page.getByRole('row').filter({ hasText: 'VENT-2' }).waitFor();
  await rail.getByRole('link', { name: words.frame.nav.alerts }).click();
  await page.getByText(words.alerts.empty.open).waitFor();
}

async function openArrivedAlert({ page, words }: Viewer): Promise<void> {
  await page.getByRole('listitem').filter({ hasText: DEVICE }).getByRole('link').click();
  const alert = page.getByRole('article', { name: words.alerts.title });
  await alert.getByText('氧电池电压自').first().waitFor();
  await alert.getByRole('heading', { name: words.alerts.contributors }).waitFor();
  await alert.getByRole('listitem').filter({ hasText: '氧电池电压' }).first().waitFor();
  await alert.getByText('更换氧电池').waitFor();
}

/** The pivot's last row when it ends in that amount. */
const costTotal = ({ page, words }: Viewer, amount: string): Locator =>
  page.getByRole('row', { name: new RegExp(`^${words.costs.total} .*${amount}$`) });

/** From the cost of work down to the fact, its job, the alert, the prognosis and the chart of the reading that spoke. */
async function openDownToReadings({ page, words }: Viewer): Promise<void> {
  const { explain, terms } = words;
  await page.getByRole('listitem').filter({ hasText: terms.element.labour }).getByRole('link').click();
  const pane = page.getByRole('complementary', { name: explain.title });
  await pane.getByRole('link', { name: 'Direct facts' }).click();
  await pane
    .getByRole('link', { name: /^Fact / })
    .first()
    .click();
  await pane.getByRole('link', { name: explain.job('1') }).waitFor();
  await pane.getByRole('link', { name: /^Alert / }).waitFor();
  await pane.getByText(/^Prognosis: /).waitFor();
  await pane.getByRole('heading', { name: explain.telemetry }).waitFor();
  await pane.getByText(explain.kept.readings).first().waitFor();
  await pane.locator('canvas').first().waitFor();
  await pane.getByRole('link', { name: explain.openChart }).first().click();
  await page.getByRole('heading', { level: 1, name: DEVICE }).waitFor();
}

test('from wear to alert, work order and cost, on three open screens', { timeout: 120_000 }, async () => {
  const support = await openViewer(browser, app.httpUrl, { language: 'zh' });
  const manager = await openViewer(browser, app.httpUrl, { language: 'en' });
  const field = await openViewer(browser, app.httpUrl, { language: 'en', size: PHONE });
  await signInAs(support, SUPPORT);
  await seeFleetThenQuietAlerts(support);
  await signInAs(manager, MANAGER);
  await manager.page.getByRole('heading', { level: 1, name: manager.words.costs.title }).waitFor();
  await costTotal(manager, COST.before).waitFor();
  await Promise.all([remember(support), remember(manager)]);

  await device.sendWear();
  await openArrivedAlert(support);
  await support.page.getByRole('link', { name: support.words.alerts.job('1') }).click();
  const job = support.page.getByRole('article', { name: '#1' });
  await job.getByRole('heading', { name: '#1' }).waitFor();
  await job.getByText(ENGINEER.name.zh).first().waitFor();

  await signInAs(field, FIELD);
  await captureJob(field, { device: DEVICE, untilMs: Date.now(), workedMs: HOUR_MS / 2, cost: COST.job });

  await job.getByText(support.words.terms.jobState.completed).first().waitFor();
  await costTotal(manager, COST.after).waitFor();
  expect(await costTotal(manager, COST.before).count()).toBe(0);
  expect(await Promise.all([hasStayed(support), hasStayed(manager)])).toEqual([true, true]);
  await openDownToReadings(manager);
  expect([...support.complaints, ...manager.complaints, ...field.complaints]).toEqual([]);
});
