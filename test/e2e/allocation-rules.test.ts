// The controller writes the next version of the allocation rules in the browser and tries it out; the manager puts it in force,
// and what it did is proved and repeated. Who may only read is offered nothing to change.
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AllocationCycle } from '../../src/contracts/http/allocation.ts';
import type { Page as Listed } from '../../src/contracts/http/page.ts';
import { signIn } from '../../src/simulators/api-client.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { launchBrowser, type Viewer } from './browser.ts';
import { dashboardFolder } from './dashboard-build.ts';
import { inspect, LOOKS } from './inspection.ts';
import { type Account, foundOrganisation, MANAGER, postByTwo } from './organisation.ts';
import { visit } from './visit.ts';

const LIMIT_MS = 180_000;
const PATH = '/costs?tab=allocation';
const PASSWORD = 'a long enough password';
const CONTROLLER: Account = { email: 'controller@example.test', password: PASSWORD, name: '钱敏', role: 'controller' };
const AUDITOR: Account = { email: 'auditor@example.test', password: PASSWORD, name: '沈审', role: 'auditor' };

let app: TestApp;
let browser: Browser;

beforeAll(async () => {
  [app, browser] = await Promise.all([
    dashboardFolder().then((dashboardDir) => startTestApp({ dashboardDir })),
    launchBrowser(),
  ]);
  const nowMs = Date.now();
  await foundOrganisation(app.api, ['VENT-1', 'VENT-2', 'VENT-3'], nowMs);
  for (const person of [CONTROLLER, AUDITOR]) await app.api.post('/users', person);
  await app.api.post('/allocation/pools', { code: 'it', name: { en: 'IT', zh: '信息系统' } });
  const bill = {
    pool: 'it',
    element: 'overhead',
    amount: { amount: '5000.01', currency: 'CNY' },
    occurredOn: new Date(nowMs).toISOString().slice(0, 10),
    note: 'IT of the month',
  };
  await postByTwo(app.api, [['/costs/facts', bill]]);
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

async function open(as: Account, path = PATH): Promise<Viewer> {
  const viewer = await visit(browser, app.httpUrl, { as, path });
  await viewer.page.getByRole('heading', { name: viewer.words.allocation.rules.title, exact: true }).waitFor();
  return viewer;
}
const button = ({ page }: Viewer, name: string | RegExp): Locator => page.getByRole('button', { name });
const versions = async (): Promise<AllocationCycle[]> =>
  (await app.api.get<Listed<AllocationCycle>>('/allocation/cycles')).items;
const section = ({ page }: Viewer, title: string): Locator =>
  page.locator('section').filter({ has: page.getByRole('heading', { name: title, exact: true }) });

/** A third version in which IT serves the call centre, so that the methods differ. */
async function serveEachOther(): Promise<void> {
  const [writer, approver] = await Promise.all(
    [CONTROLLER, MANAGER].map(({ email, password }) => signIn(app.httpUrl, email, password)),
  );
  await writer?.post('/allocation/cycles', {
    code: 'overhead',
    version: 3,
    effectiveFrom: new Date().toISOString().slice(0, 7),
    method: 'reciprocal',
    segments: [
      { pool: 'call-centre', driver: 'installed-devices' },
      { pool: 'it', driver: 'contract-revenue', services: [{ pool: 'call-centre', share: 0.3 }] },
    ],
  });
  await approver?.post('/allocation/cycles/overhead/versions/3/activate');
}

test('rules are written by one, tried out, put in force by another, proved and repeated', {
  timeout: LIMIT_MS,
}, async () => {
  const controller = await open(CONTROLLER);
  const { allocation } = controller.words;
  const { rules, trial, pools, runs, methods } = allocation;
  await button(controller, rules.write).click();
  await controller.page.getByLabel(rules.methodLabel).selectOption('reciprocal');
  await controller.page.getByLabel(`IT · ${rules.driver}`).selectOption('installed-devices');
  // Tried before it is saved: nothing is placed yet, so by these rules the product line would carry all of it.
  const form = controller.page.locator('.draft-form');
  await form.getByRole('button', { name: trial.run }).click();
  await form.getByRole('region', { name: trial.difference }).getByText('+¥17K').waitFor();
  expect(await versions()).toHaveLength(1);
  await button(controller, /^Save as draft/).click();
  await controller.page.getByText(rules.own).waitFor();
  await controller.page.getByText(rules.noProblems).waitFor();
  await button(controller, trial.run).click();
  await controller.page.getByRole('region', { name: trial.difference }).getByText('+¥17K').waitFor();
  expect((await versions()).find(({ version }) => version === 2)).toMatchObject({
    author: CONTROLLER.email,
    method: 'reciprocal',
    activatedBy: null,
  });

  const manager = await open(MANAGER);
  expect(await button(manager, rules.write).count()).toBe(0);
  await manager.page.getByLabel(rules.note).fill('agreed');
  await button(manager, rules.activate).click();
  await manager.page.getByText(rules.activatedBy(MANAGER.email)).waitFor();
  await section(manager, pools.title).getByRole('row', { name: 'IT ¥5,000.01 ¥5,000.01 ¥0.00' }).waitFor();
  await section(manager, methods.title).getByText(`Reciprocal (${methods.inForce})`).waitFor();
  await section(manager, allocation.drivers.title).getByRole('row', { name: 'Installed devices' }).waitFor();
  await button(manager, /^Prove/)
    .first()
    .click();
  await manager.page.getByText(runs.conserves).waitFor();
  await button(manager, runs.repeat).click();
  await manager.page.getByText(runs.same).waitFor();
  expect(manager.complaints).toEqual([]);
  await manager.close();
  await serveEachOther();
  const compared = await open(MANAGER, `${PATH}&carrier=device`);
  const shifted = section(compared, methods.title);
  await shifted.getByRole('columnheader', { name: allocation.method['step-down'] }).waitFor();
  // By the direct method IT gives nothing to the call centre, and so nothing to the devices it serves.
  await shifted.getByRole('row', { name: 'VENT-1' }).getByText('−¥500', { exact: true }).waitFor();
  expect(await inspect(compared.page, { name: 'allocation', path: `${PATH}&carrier=device` }, LOOKS, 'rules')).toEqual(
    [],
  );

  const auditor = await open(AUDITOR);
  await section(auditor, pools.title).getByRole('row', { name: /^IT / }).waitFor();
  for (const name of [rules.write, rules.activate, pools.create]) expect(await button(auditor, name).count()).toBe(0);
  for (const viewer of [controller, compared, auditor]) {
    expect(viewer.complaints).toEqual([]);
    await viewer.close();
  }
});

test('a draft is withdrawn: it is on record, and offered to nobody', { timeout: LIMIT_MS }, async () => {
  const controller = await open(CONTROLLER);
  const { rules } = controller.words.allocation;
  await button(controller, rules.write).click();
  await button(controller, /^Save as draft/).click();
  await controller.page.getByText(rules.own).waitFor();
  const draft = (await versions()).find(({ activatedBy }) => activatedBy === null);
  await controller.page.getByLabel(rules.note).fill('a slip');
  await button(controller, rules.withdraw).click();
  await controller.page.getByText(rules.withdrawnDrafts('1')).click();
  await controller.page.getByText(new RegExp(`withdrawn by ${CONTROLLER.email}`)).waitFor();
  expect(
    await controller.page.getByRole('button', { name: `overhead · ${rules.version(String(draft?.version))}` }).count(),
  ).toBe(0);
  expect((await versions()).find(({ version }) => version === draft?.version)).toMatchObject({
    withdrawnBy: CONTROLLER.email,
    activatedBy: null,
  });
  // Its number is not given again.
  await button(controller, rules.write).click();
  await button(controller, `${rules.save} (${rules.version(String((draft?.version ?? 0) + 1))})`).waitFor();
  expect(controller.complaints).toEqual([]);
  await controller.close();
});
