// A support engineer asks a device to do something and watches it happen; a real MQTT client is the device.
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answerer, answering } from '../integration/commands/device.ts';
import type { Alert } from '../../src/contracts/http/alerts.ts';
import type { Page as Listed } from '../../src/contracts/http/page.ts';
import type { Rule } from '../../src/contracts/rules.ts';
import { signIn } from '../../src/simulators/api-client.ts';
import { PRODUCTS } from '../../src/simulators/catalogue/products.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { launchBrowser, type Look, PHONE, type Viewer } from './browser.ts';
import { dashboardFolder } from './dashboard-build.ts';
import { inspect, TWO_LOOKS } from './inspection.ts';
import { FIELD, foundOrganisation, MANAGER, SUPPORT } from './organisation.ts';
import { visit } from './visit.ts';

const DEVICE = 'VENT-1';
const LIMIT_MS = 120_000;
const ANSWERS: Record<string, { status: 'done' | 'failed'; result: unknown }> = {
  'self-test': {
    status: 'done',
    result: {
      passed: false,
      checks: [
        { component: 'blower', ok: true },
        { component: 'o2-cell', ok: false, detail: '9.8 mV' },
      ],
    },
  },
  'upload-log': { status: 'done', result: { log: '21:14:02 start\n21:14:09 blower ok' } },
  restart: { status: 'failed', result: { cause: 'battery low' } },
};

let app: TestApp;
let browser: Browser;
let token: string;
let device: Answerer | undefined;

beforeAll(async () => {
  [app, browser] = await Promise.all([
    dashboardFolder().then((dashboardDir) => startTestApp({ dashboardDir })),
    launchBrowser(),
  ]);
  token = (await foundOrganisation(app.api, [DEVICE], Date.now())).get(DEVICE) ?? '';
});
afterAll(async () => {
  await device?.leave(true);
  await browser?.close();
  await app?.close();
});

const connect = (): Promise<Answerer> =>
  answering({ url: app.brokerUrl, id: DEVICE, token, reply: ({ name }) => ANSWERS[name] ?? null });

const historyOf = ({ page, words }: Viewer): Locator =>
  page.getByRole('region', { name: words.commands.title }).getByRole('list').first();

async function choose({ page, words }: Viewer, name: string): Promise<Locator> {
  await page.getByRole('button', { name: words.commands.ask }).click();
  await page.getByRole('button', { name: new RegExp(`^${name}`) }).click();
  return page.getByRole('form', { name });
}

async function open(look: Look, as: typeof SUPPORT): Promise<Viewer> {
  const viewer = await visit(browser, app.httpUrl, { ...look, as, path: `/devices/${DEVICE}` });
  await viewer.page.getByRole('heading', { name: viewer.words.commands.title }).waitFor();
  return viewer;
}

const entry = (viewer: Viewer, text: string): Locator =>
  historyOf(viewer).locator('> li').filter({ hasText: text }).first();

/** The page is the one that was opened, not one that was loaded again. */
const remember = (page: Page): Promise<unknown> => page.evaluate(() => Object.assign(window, { isSamePage: true }));

test('asked, sent, answered: every step on the open page', { timeout: LIMIT_MS }, async () => {
  device = await connect();
  const support = await open({ language: 'zh' }, SUPPORT);
  const { page, words } = support;
  await remember(page);

  const form = await choose(support, '自检');
  await form.getByLabel(words.commands.reason).fill('氧电池电压偏低');
  await form.getByRole('button', { name: words.commands.send, exact: true }).click();
  const selfTest = entry(support, '氧电池电压偏低');
  await selfTest.getByText(words.commands.state.succeeded).waitFor();
  await selfTest.getByText(words.commands.notPassed).waitFor();
  await selfTest.getByText('9.8 mV').waitFor();

  // In use: the server asks for a confirmation, the form passes the question on.
  await device.publish('telemetry', { values: { mode: 'treat' } });
  const restart = await choose(support, '重启');
  await restart.getByLabel(words.commands.reason).fill('软件无响应');
  await restart.getByRole('button', { name: words.commands.send, exact: true }).click();
  await restart.getByLabel(words.commands.confirm).check();
  await restart.getByRole('button', { name: words.commands.send, exact: true }).click();
  await entry(support, '软件无响应').getByText(words.commands.state.failed).waitFor();

  // Away: it waits, can be taken back, and what was not is done when the device is back.
  await device.leave();
  for (const reason of ['先取日志', '不必了']) {
    const log = await choose(support, '上传日志');
    await log.getByLabel(words.commands.reason).fill(reason);
    await log.getByRole('button', { name: words.commands.send, exact: true }).click();
    await entry(support, reason).getByText(words.commands.state.queued).waitFor();
  }
  await entry(support, '不必了').getByRole('button', { name: words.commands.takeBack }).click();
  await entry(support, '不必了').getByText(words.commands.state.cancelled, { exact: true }).waitFor();
  device = await connect();
  await entry(support, '先取日志').getByText(words.commands.state.succeeded).waitFor();
  await entry(support, '先取日志').getByText(words.commands.result).click();
  await entry(support, '先取日志').getByText('blower ok').waitFor();

  expect(await page.evaluate(() => 'isSamePage' in window)).toBe(true);
  expect(support.complaints.filter((one) => !one.includes('422'))).toEqual([]);
  await support.close();
});

test('a self-test is asked for beside the alert and answers there', { timeout: LIMIT_MS }, async () => {
  device ??= await connect();
  const { id } = await app.api.post<Rule>('/rules', {
    product: PRODUCTS.ventilator.code,
    name: { en: 'Blower current', zh: '涡轮电流' },
    severity: 'major',
    condition: { kind: 'threshold', metric: 'blower_current', above: 1 },
  });
  const approver = await signIn(app.httpUrl, MANAGER.email, MANAGER.password);
  await approver.post(`/rules/${id}/activate`);
  const publish = (): Promise<void> | undefined =>
    device?.publish('telemetry', { values: { mode: 'idle', blower_current: 4 } });
  const alerts = async () => (await app.api.get<Listed<Alert>>('/alerts?open=true')).items;
  // The rule speaks of readings from now on, wherever now was.
  await expect.poll(async () => (await publish(), (await alerts()).length), { timeout: 20_000 }).toBe(1);

  const support = await open({ language: 'zh' }, SUPPORT);
  const { page, words } = support;
  await page.goto(`/alerts/${(await alerts())[0]?.id}`);
  const alert = page.getByRole('article', { name: words.alerts.title });
  await alert.getByRole('button', { name: words.commands.selfTest }).click();
  await alert.getByText(words.commands.state.succeeded).waitFor();
  await alert.getByText(words.commands.notPassed).waitFor();
  const screen = { name: 'alert-self-test', path: new URL(page.url()).pathname };
  expect(await inspect(page, screen, TWO_LOOKS, 'commands')).toEqual([]);
  await support.close();
});

test('what a role may not do is not offered; the page stands on a phone', { timeout: LIMIT_MS }, async () => {
  const field = await open({ language: 'en', size: PHONE }, FIELD);
  await field.page.getByRole('button', { name: field.words.commands.ask }).click();
  await field.page.getByRole('button', { name: /^Self-test/ }).waitFor();
  expect(await field.page.getByRole('button', { name: /^Restart/ }).count()).toBe(0);
  await field.close();

  const support = await open({ language: 'zh' }, SUPPORT);
  const screen = { name: 'device-commands', path: `/devices/${DEVICE}` };
  expect(await inspect(support.page, screen, TWO_LOOKS, 'commands')).toEqual([]);
  await support.close();
});
