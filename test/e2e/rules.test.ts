// A support engineer writes a rule in the browser and tries it on the past; the manager puts it in force.
import mqtt from 'mqtt';
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Page as Listed } from '../../src/contracts/http/page.ts';
import type { Rule } from '../../src/contracts/rules.ts';
import { DAY_MS } from '../../src/contracts/time.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { launchBrowser, type Viewer } from './browser.ts';
import { dashboardFolder } from './dashboard-build.ts';
import { inspect, TWO_LOOKS } from './inspection.ts';
import { type Account, foundOrganisation, MANAGER, SUPPORT } from './organisation.ts';
import { visit } from './visit.ts';

const LIMIT_MS = 180_000;

let app: TestApp;
let browser: Browser;

/** A past there is something to try a rule on in. */
async function hearOnce(device: string, password: string): Promise<void> {
  const client = await mqtt.connectAsync(app.brokerUrl, { clientId: device, username: device, password });
  const reading = { ts: Date.now() - 2 * DAY_MS, values: { o2_cell: 52 } };
  await client.publishAsync(`stethos/v1/${device}/telemetry`, JSON.stringify(reading), { qos: 1 });
  await client.endAsync();
}

beforeAll(async () => {
  [app, browser] = await Promise.all([
    dashboardFolder().then((dashboardDir) => startTestApp({ dashboardDir })),
    launchBrowser(),
  ]);
  const tokens = await foundOrganisation(app.api, ['VENT-1'], Date.now());
  await hearOnce('VENT-1', tokens.get('VENT-1') as string);
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

const open = (as: Account, path: string): Promise<Viewer> => visit(browser, app.httpUrl, { as, path });

const theRule = async (): Promise<Rule> => {
  const { items } = await app.api.get<Listed<Rule>>('/rules');
  return items[0] as Rule;
};

const button = ({ page }: Viewer, name: string): Locator => page.getByRole('button', { name, exact: true });

test('written by one, tried on the past, put in force by another', { timeout: LIMIT_MS }, async () => {
  const support = await open(SUPPORT, '/rules');
  const { words } = support;
  const { form, condition, replay, approval } = words.rules;
  await support.page.getByRole('link', { name: words.rules.add }).click();
  await support.page.getByLabel(form.nameEn).fill('Oxygen cell weak');
  await support.page.getByLabel(form.nameZh).fill('氧电池电压偏低');
  // All of: a value, and a second one.
  await support.page.getByRole('combobox', { name: condition.label }).first().selectOption('all');
  const first = support.page.locator('.condition .condition').first();
  const [metric, side] = [first.getByRole('combobox').nth(1), first.getByRole('combobox').nth(2)];
  await metric.selectOption('o2_cell');
  await side.selectOption('below');
  await first.getByRole('textbox').first().fill('44');
  await support.page.getByText(/Raise a major alert when: .* below 44 mV.* and /).waitFor();
  await button(support, form.save).click();
  await support.page.getByRole('heading', { name: 'Oxygen cell weak' }).waitFor();
  expect(await theRule()).toMatchObject({ active: false, draft: 1, author: SUPPORT.email, condition: { kind: 'all' } });
  await support.page.getByText(approval.others).waitFor();

  await button(support, replay.start).click();
  await support.page.getByText(replay.would).first().waitFor();
  await button(support, replay.again).waitFor();

  const manager = await open(MANAGER, `/rules/${(await theRule()).id}`);
  const decision = manager.page.locator('.rule-approval');
  await decision.getByRole('button', { name: approval.active, exact: true }).click();
  await manager.page.getByLabel(approval.note).fill('agreed');
  await button(manager, approval.title).click();
  await expect.poll(async () => (await theRule()).active, { timeout: 20_000 }).toBe(true);
  await manager.page.getByText(new RegExp(`^${MANAGER.email} put it in force`)).waitFor();
  // The screen of who wrote it was open all the time: it follows by itself.
  await support.page.getByText(new RegExp(`^${MANAGER.email} put it in force`)).waitFor();
  expect([...support.complaints, ...manager.complaints]).toEqual([]);

  // The screens stand in every look while there is something on them.
  const { id } = await theRule();
  const found = [
    ...(await inspect(support.page, { name: 'rule', path: `/rules/${id}` }, TWO_LOOKS, 'rules')),
    ...(await inspect(support.page, { name: 'new rule', path: '/rules/new' }, TWO_LOOKS, 'rules')),
  ];
  expect(found).toEqual([]);
  await Promise.all([support.close(), manager.close()]);
});
