// Which cost tabs are offered to whom, and that the chosen one is in sight on a phone: whoever sees some regions alone is led to
// nothing that is refused.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type House, startHouse } from '../support/api.ts';
import { launchBrowser, PHONE } from './browser.ts';
import { dashboardFolder } from './dashboard-build.ts';
import { settled } from './screens.ts';
import { holds, visit } from './visit.ts';

const LIMIT_MS = 180_000;
const WAIT = { timeout: 15_000 };
let house: House;
let browser: Browser;

beforeAll(async () => {
  [house, browser] = await Promise.all([
    dashboardFolder().then((dashboardDir) => startHouse({ dashboardDir })),
    launchBrowser(),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await house?.close();
});

/** How much of the chosen tab is out of its strip, in px, and how far the page was moved for it. */
const outOfSight = (page: Page, label: string): Promise<[number, number]> =>
  page.evaluate((name) => {
    const strip = document.querySelector(`[role="group"][aria-label="${name}"]`) as HTMLElement;
    const [place, own] = [strip, strip.querySelector('[aria-pressed="true"]') as Element].map((element) =>
      element.getBoundingClientRect(),
    ) as [DOMRect, DOMRect];
    return [Math.max(0, place.left - own.left, own.right - place.right), window.scrollX + window.scrollY];
  }, label);

for (const role of ['controller', 'manager'] as const)
  test(`a ${role} who sees one region is offered what opens, and told why the rest does not`, {
    timeout: LIMIT_MS,
  }, async () => {
    const as = await house.signIn(role, { regions: ['east'], customers: null });
    const viewer = await visit(browser, house.url, { as, path: '/costs', language: 'zh' });
    const { page, words } = viewer;
    const { costs } = words;
    const tabs = page.getByRole('group', { name: costs.tabs.label }).getByRole('button');
    await settled(page);
    expect(await tabs.allTextContents()).toEqual([costs.tabs.overview, costs.tabs.movers, costs.tabs.forecast]);
    for (const path of ['/costs?tab=movers', '/costs?tab=forecast', '/contracts', '/value']) {
      await page.goto(path);
      await settled(page);
    }
    for (const tab of ['flow', 'allocation', 'books', 'rates']) {
      await page.goto(`/costs?tab=${tab}`);
      await page.getByText(costs.ofEverybody).waitFor();
    }
    await holds(viewer, `cut view of a ${role}`);
    expect(viewer.complaints).toEqual([]);
    await viewer.close();
  });

test('on a phone the chosen tab is in sight, and the edges say where there are more', {
  timeout: LIMIT_MS,
}, async () => {
  const as = await house.signIn('controller');
  for (const language of ['en', 'zh'] as const) {
    const viewer = await visit(browser, house.url, { as, path: '/costs?tab=rates', language, size: PHONE });
    const { page, words } = viewer;
    const { tabs } = words.costs;
    const strip = page.getByRole('group', { name: tabs.label });
    for (const tab of ['rates', 'flow', 'overview'] as const) {
      if (tab !== 'rates') await strip.getByRole('button', { name: tabs[tab], exact: true }).click();
      await settled(page);
      await expect.poll(() => outOfSight(page, tabs.label), WAIT).toEqual([0, 0]);
    }
    await expect.poll(() => strip.getAttribute('class'), WAIT).toMatch(/has-more-after/);
    expect(await strip.getAttribute('class')).not.toMatch(/has-more-before/);
    await strip.evaluate((element) => element.scrollTo({ left: 1000 }));
    await expect.poll(() => strip.getAttribute('class'), WAIT).toMatch(/has-more-before/);
    expect(viewer.complaints).toEqual([]);
    await viewer.close();
  }
});
